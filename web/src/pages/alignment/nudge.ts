/** Keys that move the prior image on a plane. */
import type { ByHandSettings } from '../../api/settings';
import { PLANE_STYLES, type PlaneKind } from '../../planes/plane';
import { cross, scaled } from '../../planes/vector';
import type { Vec3 } from '../../planes/vector';
import { shifted, turned } from './rigidMap';

const COARSE = 1;
const FINE = 0.1;

/** What a key does to the map; null for a key that means nothing here. Steps are 1 mm or 1°, with Shift a tenth of it. */
export function nudged(
  byHand: ByHandSettings,
  kind: PlaneKind,
  key: string,
  hasShift: boolean,
  cursor: Vec3,
): ByHandSettings | null {
  const step = hasShift ? FINE : COARSE;
  const { right, down } = PLANE_STYLES[kind];
  const shift = (direction: Vec3, sign: 1 | -1): ByHandSettings => shifted(byHand, scaled(direction, sign * step));
  switch (key) {
    case 'ArrowLeft':
      return shift(right, -1);
    case 'ArrowRight':
      return shift(right, 1);
    case 'ArrowUp':
      return shift(down, -1);
    case 'ArrowDown':
      return shift(down, 1);
    case 'PageUp':
      return shift(towardsPageUp(kind), 1);
    case 'PageDown':
      return shift(towardsPageUp(kind), -1);
    // As seen on the screen: to the left, then to the right.
    case 'q':
    case 'Q':
      return turned(byHand, awayFromViewer(kind), -step, cursor);
    case 'e':
    case 'E':
      return turned(byHand, awayFromViewer(kind), step, cursor);
    default:
      return null;
  }
}

/** To the head, to the front, to the right of the patient: the way the slices go with the same key. */
function towardsPageUp(kind: PlaneKind): Vec3 {
  const directions: Readonly<Record<PlaneKind, Vec3>> = { axial: [0, 0, 1], coronal: [0, -1, 0], sagittal: [-1, 0, 0] };
  return directions[kind];
}

/** A turn about this axis by the right-hand rule runs clockwise on the screen. */
function awayFromViewer(kind: PlaneKind): Vec3 {
  const { right, down } = PLANE_STYLES[kind];
  return cross(right, down);
}
