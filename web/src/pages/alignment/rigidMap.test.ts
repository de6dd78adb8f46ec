import { describe, expect, it } from 'vitest';
import type { ByHandSettings } from '../../api/settings';
import type { Vec3 } from '../../planes/vector';
import { aboutCentre, affineOf, decompose, shifted, turned, unmoved } from './rigidMap';

const SOME: ByHandSettings = { rotation_deg: [3, -7, 20], translation_mm: [1, -2, 30], centre_mm: [12, 140, -55] };

function expectNear(found: Vec3, meant: Vec3, digits = 3): void {
  found.forEach((value, axis) => expect(value).toBeCloseTo(meant[axis] ?? NaN, digits));
}

/** The place of the current frame at which a point of the prior image is seen. */
function seenAt(byHand: ByHandSettings, moving: Vec3): Vec3 {
  return affineOf(byHand).inverse().apply(moving);
}

describe('affineOf', () => {
  // The same numbers as in the tests of the engine (crates/case/src/settings/by_hand.rs).
  it('takes left to back by a quarter turn about z', () => {
    const map = affineOf({ rotation_deg: [0, 0, 90], translation_mm: [0, 0, 5], centre_mm: [10, 0, 0] });
    expectNear(map.apply([11, 0, 0]), [10, 1, 5], 12);
  });

  it.each([
    ['x', [90, 0, 0], [0, 1, 0], [0, 0, 1]],
    ['y', [0, 90, 0], [0, 0, 1], [1, 0, 0]],
    ['z', [0, 0, 90], [1, 0, 0], [0, 1, 0]],
    ['x, then z', [90, 0, 90], [0, 0, 1], [1, 0, 0]],
  ] as [string, [number, number, number], Vec3, Vec3][])('turns about %s', (_, rotation_deg, from, to) => {
    const map = affineOf({ rotation_deg, translation_mm: [0, 0, 0], centre_mm: [0, 0, 0] });
    expectNear(map.apply(from), to, 12);
  });
});

describe('decompose', () => {
  it('finds turns and shift again', () => {
    const found = decompose(affineOf(SOME), [12, 140, -55]);
    expectNear(found.rotation_deg, SOME.rotation_deg, 4);
    expectNear(found.translation_mm, SOME.translation_mm, 3);
  });

  it('states the same map about another centre', () => {
    const other = aboutCentre(SOME, [-80, 20, 200]);
    expect(other.centre_mm).toEqual([-80, 20, 200]);
    expectNear(affineOf(other).apply([33, -44, 55]), affineOf(SOME).apply([33, -44, 55]));
  });

  it('writes no minus before zero', () => {
    expect(Object.is(decompose(affineOf(unmoved([1, 2, 3])), [1, 2, 3]).rotation_deg[1], -0)).toBe(false);
  });
});

describe('moving the picture', () => {
  const moving: Vec3 = [5, 6, 7];

  it('shifts what is seen in the directions of the current frame, however the map is turned', () => {
    const before = seenAt(SOME, moving);
    const after = seenAt(shifted(SOME, [1, -0.1, 0]), moving);
    expectNear(after, [before[0] + 1, before[1] - 0.1, before[2]]);
  });

  it('turns what is seen about a place that stays', () => {
    const about: Vec3 = [20, -30, 40];
    const after = turned(SOME, [0, 0, 1], 90, about);
    expectNear(affineOf(after).apply(about), affineOf(SOME).apply(about));
    const seen = seenAt(SOME, moving);
    const [dx, dy] = [seen[0] - about[0], seen[1] - about[1]];
    expectNear(seenAt(after, moving), [about[0] - dy, about[1] + dx, seen[2]], 2);
    expect(after.centre_mm).toEqual(SOME.centre_mm);
  });

  it('comes back after the opposite turn', () => {
    const there = turned(SOME, [0, 1, 0], 1, [3, 4, 5]);
    const back = turned(there, [0, 1, 0], -1, [3, 4, 5]);
    expectNear(back.rotation_deg, SOME.rotation_deg, 3);
    expectNear(back.translation_mm, SOME.translation_mm, 2);
  });
});
