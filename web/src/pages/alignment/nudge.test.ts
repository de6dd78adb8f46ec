import { describe, expect, it } from 'vitest';
import type { ByHandSettings } from '../../api/settings';
import { type InPlane, inPlane, type PlaneKind } from '../../planes/plane';
import type { Vec3 } from '../../planes/vector';
import { nudged } from './nudge';
import { affineOf } from './rigidMap';

const START: ByHandSettings = { rotation_deg: [4, -8, 15], translation_mm: [3, 2, 1], centre_mm: [5, 6, 7] };
const CURSOR: Vec3 = [10, 20, 30];

/** Where a point of the prior image is seen, before and after a key. */
function seen(kind: PlaneKind, key: string, hasShift = false, moving: Vec3 = [40, 30, 20]): [Vec3, Vec3] {
  const after = nudged(START, kind, key, hasShift, CURSOR);
  if (after === null) throw new Error(`${key} means nothing`);
  return [affineOf(START).inverse().apply(moving), affineOf(after).inverse().apply(moving)];
}

const KINDS = ['axial', 'coronal', 'sagittal'] as const;

describe('keys', () => {
  it.each(
    KINDS.flatMap(
      (kind) =>
        [
          [kind, 'ArrowLeft', false, -1, 0],
          [kind, 'ArrowRight', true, 0.1, 0],
          [kind, 'ArrowUp', false, 0, -1],
          [kind, 'ArrowDown', true, 0, 0.1],
        ] as const,
    ),
  )('%s: %s (shift %s) moves what is seen on the screen', (kind, key, hasShift, dx, dy) => {
    const [before, after] = seen(kind, key, hasShift).map((place) => inPlane(kind, place)) as [InPlane, InPlane];
    expect(after[0] - before[0]).toBeCloseTo(dx, 3);
    expect(after[1] - before[1]).toBeCloseTo(dy, 3);
  });

  it.each([
    ['axial', 'PageUp', [0, 0, 1]],
    ['coronal', 'PageUp', [0, -1, 0]],
    ['sagittal', 'PageDown', [1, 0, 0]],
  ] as [PlaneKind, string, Vec3][])('%s: %s moves it through the plane', (kind, key, by) => {
    const [before, after] = seen(kind, key);
    after.forEach((value, axis) => expect(value - (before[axis] ?? NaN)).toBeCloseTo(by[axis] ?? NaN, 3));
  });

  it.each(KINDS)('%s: E turns it clockwise about the crosshair, Q back', (kind) => {
    const aside = affineOf(START).apply([CURSOR[0] + 100, CURSOR[1] + 100, CURSOR[2] + 100]);
    const [before, after] = seen(kind, 'e', false, aside).map((place) => inPlane(kind, place)) as [InPlane, InPlane];
    const [cx, cy] = inPlane(kind, CURSOR);
    const angle = (place: InPlane): number => Math.atan2(place[1] - cy, place[0] - cx) * (180 / Math.PI);
    // The screen runs down, so that a growing angle is clockwise.
    expect(angle(after) - angle(before)).toBeCloseTo(1, 3);
    const back = nudged(nudged(START, kind, 'E', true, CURSOR) ?? START, kind, 'Q', true, CURSOR);
    back?.rotation_deg.forEach((value, axis) => expect(value).toBeCloseTo(START.rotation_deg[axis] ?? NaN, 3));
  });

  it('of other meaning are left alone', () => {
    expect(nudged(START, 'axial', 'm', false, CURSOR)).toBeNull();
  });
});
