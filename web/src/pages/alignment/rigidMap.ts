/** Rigid maps as `case.toml` states them: turns about x, then y, then z about a centre, and a shift. For drawing and for editing. */
import type { ByHandSettings } from '../../api/settings';
import { Affine } from '../../planes/transform';
import { add, cross, dot, subtract } from '../../planes/vector';
import type { Vec3 } from '../../planes/vector';

type Rows = readonly [Vec3, Vec3, Vec3];

const DEGREE = Math.PI / 180;
/** Digits behind the point: a ten-thousandth of a millimetre, and no more over the length of a patient. */
const SHIFT_DIGITS = 4;
const TURN_DIGITS = 5;

/** No change. */
export function unmoved(centre: Vec3): ByHandSettings {
  return { rotation_deg: [0, 0, 0], translation_mm: [0, 0, 0], centre_mm: [...centre] };
}

/** The map from the current frame to that of the prior course. */
export function affineOf({ rotation_deg, translation_mm, centre_mm }: ByHandSettings): Affine {
  return affine(turn(rotation_deg), centre_mm, add(centre_mm, translation_mm));
}

/** Turns and shift of a rigid map about a centre. */
export function decompose(map: Affine, centre: Vec3): ByHandSettings {
  const [a, , , , d, , , , g, h, i] = map.numbers();
  const angles: Vec3 = [Math.atan2(h, i), Math.asin(Math.min(Math.max(-g, -1), 1)), Math.atan2(d, a)];
  const there = subtract(map.apply(centre), centre);
  return {
    rotation_deg: [
      tidy(angles[0] / DEGREE, TURN_DIGITS),
      tidy(angles[1] / DEGREE, TURN_DIGITS),
      tidy(angles[2] / DEGREE, TURN_DIGITS),
    ],
    translation_mm: [tidy(there[0], SHIFT_DIGITS), tidy(there[1], SHIFT_DIGITS), tidy(there[2], SHIFT_DIGITS)],
    centre_mm: [...centre],
  };
}

/** The same map, with its turns about another centre. */
export function aboutCentre(byHand: ByHandSettings, centre: Vec3): ByHandSettings {
  return decompose(affineOf(byHand), centre);
}

/** Moves the picture of the prior image: what stood at a place of the current frame then stands so far away from it. */
export function shifted(byHand: ByHandSettings, by: Vec3): ByHandSettings {
  const back = turn(byHand.rotation_deg).map((row) => dot(row, by)) as [number, number, number];
  const [x, y, z] = subtract(byHand.translation_mm, back);
  return { ...byHand, translation_mm: [tidy(x, SHIFT_DIGITS), tidy(y, SHIFT_DIGITS), tidy(z, SHIFT_DIGITS)] };
}

/** Turns the picture of the prior image about an axis of the current frame through a place, by the right-hand rule. */
export function turned(byHand: ByHandSettings, axis: Vec3, degrees: number, about: Vec3): ByHandSettings {
  const before = affineOf(byHand);
  const back = rotation(axis, -degrees * DEGREE);
  const columns = ([0, 1, 2] as const).map((column) => {
    const unit: Vec3 = [back[0][column], back[1][column], back[2][column]];
    return subtract(before.apply(unit), before.apply([0, 0, 0]));
  }) as [Vec3, Vec3, Vec3];
  const linear = ([0, 1, 2] as const).map((row): Vec3 => [
    columns[0][row],
    columns[1][row],
    columns[2][row],
  ]) as unknown as Rows;
  return decompose(affine(linear, about, before.apply(about)), byHand.centre_mm);
}

/** Without the tail that sums of binary fractions leave, and without a minus before zero. */
function tidy(value: number, digits: number): number {
  return Number(value.toFixed(digits)) + 0;
}

/** Takes `from` to `to`, and what lies about it by a linear part. */
function affine(rows: Rows, from: Vec3, to: Vec3): Affine {
  const numbers = rows.flatMap((row, index) => [...row, (to[index] ?? 0) - dot(row, from)]);
  return Affine.fromRowMajor([...numbers, 0, 0, 0, 1]);
}

/** About x, then y, then z. */
function turn([x, y, z]: Vec3): Rows {
  const [sx, sy, sz] = [x, y, z].map((degrees) => Math.sin(degrees * DEGREE)) as [number, number, number];
  const [cx, cy, cz] = [x, y, z].map((degrees) => Math.cos(degrees * DEGREE)) as [number, number, number];
  return [
    [cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx],
    [sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx],
    [-sy, cy * sx, cy * cx],
  ];
}

/** About a unit axis. */
function rotation(axis: Vec3, angle: number): Rows {
  const units: Rows = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const [s, c] = [Math.sin(angle), Math.cos(angle)];
  const images = units.map((unit): Vec3 => {
    const along = dot(axis, unit) * (1 - c);
    const aside = cross(axis, unit);
    return [
      unit[0] * c + aside[0] * s + axis[0] * along,
      unit[1] * c + aside[1] * s + axis[1] * along,
      unit[2] * c + aside[2] * s + axis[2] * along,
    ];
  }) as unknown as Rows;
  return [
    [images[0][0], images[1][0], images[2][0]],
    [images[0][1], images[1][1], images[2][1]],
    [images[0][2], images[1][2], images[2][2]],
  ];
}
