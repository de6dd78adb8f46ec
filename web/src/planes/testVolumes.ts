import { Grid, type GridInfo } from './grid';
import type { Vec3 } from './vector';
import { Volume } from './volume';

/** A generator of the same numbers every time, so that a failure can be repeated. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

export function gridOf(info: Partial<GridInfo>): Grid {
  return new Grid({
    origin_mm: [0, 0, 0],
    spacing_mm: [1, 1, 1],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    size: [4, 5, 6],
    plane_offsets_mm: null,
    ...info,
  });
}

/** Values of a function of the position at the centres of all voxels. */
export function filledVolume(grid: Grid, value: (position: Vec3) => number): Volume {
  const values = new Float32Array(grid.length);
  for (let k = 0; k < grid.size[2]; k += 1) {
    for (let j = 0; j < grid.size[1]; j += 1) {
      for (let i = 0; i < grid.size[0]; i += 1) values[grid.offset(i, j, k)] = value(grid.positionMm(i, j, k));
    }
  }
  return new Volume(grid, values);
}

export function noise(grid: Grid, seed: number): Volume {
  const random = randomNumbers(seed);
  return new Volume(
    grid,
    Int16Array.from({ length: grid.length }, () => Math.round(random() * 4000 - 1000)),
  );
}
