/** Signs of limits above their exact places, stacked where they would cover each other. */
import type { PlotPlaces } from './dvhView';
import type { LimitMark } from './limitMarks';

export interface PlacedMark {
  mark: LimitMark;
  /** The exact place, or the right end of the axis where the limit lies beyond it. */
  x: number;
  y: number;
  /** Where the sign stands, above its place. */
  signY: number;
  isBeyond: boolean;
}

/** Signs of marks within the shown doses; a limit left of them is not shown, one right of them is told at the end of the axis. */
export function stackedMarks(marks: readonly LimitMark[], places: PlotPlaces, unit: number): PlacedMark[] {
  const distance = unit * 1.5;
  const placed: PlacedMark[] = [];
  const inOrder = [...marks].sort((one, other) => one.doseGy - other.doseGy || other.volumePercent - one.volumePercent);
  for (const mark of inOrder) {
    const at = places.x(mark.doseGy);
    if (at < places.left - 0.5) continue;
    const isBeyond = at > places.right + 0.5;
    const x = isBeyond ? places.right - unit * 1.6 : at;
    const y = places.y(mark.volumePercent);
    let signY = y - distance;
    const covers = (other: PlacedMark): boolean =>
      Math.abs(other.x - x) < distance && Math.abs(other.signY - signY) < distance;
    while (placed.some(covers)) signY -= distance;
    placed.push({ mark, x, y, signY: signY < unit ? y + distance : signY, isBeyond });
  }
  return placed;
}
