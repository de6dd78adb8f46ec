/** Maps of the server as the planes draw them. */
import type { MapInfo } from '../../api/volumes';
import { Affine, FieldMap, IDENTITY, type PointMap, mapPoint } from '../../planes/transform';
import type { Vec3 } from '../../planes/vector';
import { length, subtract } from '../../planes/vector';
import type { LoadedLayer } from '../../state/layer';

const affines = new WeakMap<MapInfo, PointMap>();
const fields = new WeakMap<LoadedLayer, { map: MapInfo; made: PointMap }>();

/** The way from the current frame to that of the course; null where there is none, or its field is not here yet. */
export function pointMapOf(map: MapInfo, field: LoadedLayer | null): PointMap | null {
  if (map.kind === 'same-frame') return IDENTITY;
  if (map.moving_from_fixed !== null) {
    const made = affines.get(map) ?? { kind: 'affine' as const, affine: Affine.fromRowMajor(map.moving_from_fixed) };
    affines.set(map, made);
    return made;
  }
  if (map.field === null || !field?.vectors) return null;
  const known = fields.get(field);
  if (known?.map === map) return known.made;
  const [before, after] = [affineOrIdentity(map.before), affineOrIdentity(map.after)];
  const made: PointMap = { kind: 'field', field: new FieldMap(field.grid, field.vectors, before, after) };
  // The same map must be the same object, or the worker would take its field again at each change.
  fields.set(field, { map, made });
  return made;
}

/** How far a map misses the place that a person sees in the other image; null where it is not defined. */
export function residualMm(map: PointMap, fixed: Vec3, moving: Vec3): number | null {
  const there = mapPoint(map, fixed);
  return there === null ? null : length(subtract(there, moving));
}

function affineOrIdentity(numbers: readonly number[] | null): Affine {
  return numbers === null ? Affine.identity() : Affine.fromRowMajor(numbers);
}
