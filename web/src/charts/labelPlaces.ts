/** Keeps labels from lying on each other. */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export function overlaps(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

/**
 * Chooses for each label the first of its candidate places that lies on no label placed before; nothing where all are taken.
 *
 * The order of the labels is the order of their importance.
 */
export function choosePlaces(candidates: Box[][]): (Box | null)[] {
  const taken: Box[] = [];
  return candidates.map((places) => {
    const free = places.find((place) => !taken.some((other) => overlaps(place, other)));
    if (free) taken.push(free);
    return free ?? null;
  });
}

export interface Extent {
  start: number;
  end: number;
}

/** The row of each extent, so that no two in one row come closer than the gap; earlier ones get the upper rows. */
export function packRows(extents: Extent[], gap: number): number[] {
  const rows = extents.map(() => 0);
  const order = extents.map((_, index) => index);
  order.sort((one, other) => (extents[one]?.start ?? 0) - (extents[other]?.start ?? 0) || one - other);
  const ends: number[] = [];
  for (const index of order) {
    const extent = extents[index];
    if (!extent) continue;
    let row = ends.findIndex((end) => end + gap <= extent.start);
    if (row < 0) row = ends.length;
    ends[row] = extent.end;
    rows[index] = row;
  }
  return rows;
}

/** Wraps boxes of given widths into rows of a given room. */
export function wrapRows(widths: number[], room: number, gap: number): { x: number; row: number }[] {
  let x = 0;
  let row = 0;
  return widths.map((width) => {
    if (x > 0 && x + width > room) {
      x = 0;
      row += 1;
    }
    const place = { x, row };
    x += width + gap;
    return place;
  });
}
