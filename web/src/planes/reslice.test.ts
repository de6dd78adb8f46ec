import { describe, expect, it } from 'vitest';
import { type Plane, type PlaneKind, PLANE_KINDS, PLANE_STYLES, pixelPosition } from './plane';
import { isQuick, reslice } from './reslice';
import type { Grid } from './grid';
import { type Vec3, add, scaled } from './vector';
import { resliceGeneral } from './resliceGeneral';
import { gridOf, noise, randomNumbers } from './testVolumes';
import { Affine, FieldMap, IDENTITY, type PointMap, mapPoint } from './transform';
import { Volume } from './volume';

/** Axes along x, y and z in several orders and signs, as scanners write them. */
const DIRECTIONS: Readonly<Record<string, readonly number[]>> = {
  'head first supine': [1, 0, 0, 0, 1, 0, 0, 0, 1],
  'head first prone': [-1, 0, 0, 0, -1, 0, 0, 0, 1],
  'coronal acquisition': [1, 0, 0, 0, 0, 1, 0, -1, 0],
  'sagittal acquisition': [0, 0, -1, 1, 0, 0, 0, -1, 0],
};

const random = randomNumbers(7);

/** A plane about the middle of a grid; some of it lies beyond the grid. */
function randomPlane(kind: PlaneKind, grid: Grid): Plane {
  const { right, down } = PLANE_STYLES[kind];
  const pixelMm = 0.3 + random() / 2;
  const middle = add(grid.centreMm(), [0, 0, 0].map(() => random() * 8 - 4) as unknown as Vec3);
  const corner = add(middle, add(scaled(right, -11 * pixelMm), scaled(down, -9 * pixelMm)));
  return { origin: corner, right, down, pixelMm, columns: 23, rows: 19 };
}

function filled(fill: (out: Float32Array) => void, plane: Plane): Float32Array {
  const out = new Float32Array(plane.columns * plane.rows).fill(-999);
  fill(out);
  return out;
}

/** Bits are compared, so that even the sign of a zero counts. */
function expectSameBits(a: Float32Array, b: Float32Array): void {
  for (let at = 0; at < a.length; at += 1) {
    if (!Object.is(a[at], b[at])) throw new Error(`pixel ${at}: ${String(a[at])} is not ${String(b[at])}`);
  }
}

describe.each(Object.entries(DIRECTIONS))('a volume of a %s', (_, direction) => {
  const equal = gridOf({ origin_mm: [-7.3, -8.1, -6.6], spacing_mm: [0.9, 1.1, 1.7], direction, size: [9, 8, 7] });
  const offsets = [0, 1.5, 2, 4, 5.5, 6, 9];
  const unequal = gridOf({
    origin_mm: [-4, -5, -3],
    spacing_mm: [0.9, 1.1, 1.5],
    direction,
    size: [9, 8, 7],
    plane_offsets_mm: offsets,
  });
  const whole = noise(equal, 3);
  const real = new Volume(
    unequal,
    Float32Array.from(noise(unequal, 4).values, (value, n) => (n % 97 === 0 ? NaN : value / 7)),
  );

  it.each(PLANE_KINDS)('is the same the quick way and the general way on %s planes', (kind) => {
    let known = 0;
    for (let trial = 0; trial < 60; trial += 1) {
      for (const volume of [whole, real]) {
        const plane = randomPlane(kind, volume.grid);
        expect(isQuick(volume, IDENTITY, plane)).toBe(true);
        const quick = filled((out) => {
          reslice(volume, IDENTITY, plane, out);
        }, plane);
        expectSameBits(
          quick,
          filled((out) => {
            resliceGeneral(volume, IDENTITY, plane, out);
          }, plane),
        );
        known += quick.filter((value) => !Number.isNaN(value)).length;
      }
    }
    // Planes that all miss the volume would prove nothing.
    expect(known).toBeGreaterThan(1000);
  });

  it.each(PLANE_KINDS)('is that of its voxels exactly on %s slices through their centres', (kind) => {
    const { right, down } = PLANE_STYLES[kind];
    const plane: Plane = { origin: whole.grid.positionMm(4, 3, 2), right, down, pixelMm: 1, columns: 1, rows: 1 };
    expect(
      filled((out) => {
        reslice(whole, IDENTITY, plane, out);
      }, plane)[0],
    ).toBe(whole.values[whole.grid.offset(4, 3, 2)]);
  });
});

describe('the general way', () => {
  const [c, s] = [Math.cos(0.2), Math.sin(0.2)];
  const volume = noise(
    gridOf({
      origin_mm: [-9, -9, -9],
      spacing_mm: [2, 2, 2],
      direction: [c, -s, 0, s, c, 0, 0, 0, 1],
      size: [9, 9, 9],
    }),
    5,
  );
  const affine = Affine.fromRowMajor([c, 0, s, 1, 0, 1, 0, -2, -s, 0, c, 0.5, 0, 0, 0, 1]);
  const fieldGrid = gridOf({
    origin_mm: [-10, -10, -10],
    spacing_mm: [4, 4, 4],
    size: [6, 6, 6],
    plane_offsets_mm: [0, 3, 8, 11, 16, 20],
  });
  const vectors = Float32Array.from({ length: 3 * fieldGrid.length }, (_, n) => (n === 300 ? NaN : Math.sin(n) * 2));
  const field = new FieldMap(fieldGrid, vectors, affine, affine.inverse());
  const maps: Readonly<Record<string, PointMap>> = {
    identity: IDENTITY,
    affine: { kind: 'affine', affine },
    field: { kind: 'field', field },
  };

  it.each(Object.entries(maps))('gives what point by point trilinear gives (%s)', (_, map) => {
    const plane: Plane = {
      origin: [-12, -11, 0.7],
      right: [1, 0, 0],
      down: [0, 1, 0],
      pixelMm: 0.61,
      columns: 41,
      rows: 37,
    };
    expect(isQuick(volume, map, plane)).toBe(false);
    const raster = filled((out) => {
      reslice(volume, map, plane, out);
    }, plane);
    const expected = raster.map((_value, at) => {
      const there = mapPoint(map, pixelPosition(plane, at % plane.columns, Math.floor(at / plane.columns)));
      return there === null ? NaN : volume.trilinear(there);
    });
    expectSameBits(raster, expected);
    expect(raster.some(Number.isNaN) && raster.some((value) => !Number.isNaN(value))).toBe(true);
  });

  it('refuses a raster that does not fit', () => {
    const plane: Plane = { origin: [0, 0, 0], right: [1, 0, 0], down: [0, 1, 0], pixelMm: 1, columns: 2, rows: 2 };
    expect(() => {
      reslice(volume, IDENTITY, plane, new Float32Array(3));
    }).toThrow();
  });
});
