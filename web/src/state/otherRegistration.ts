/** Settings with another registration in the place of their own, to compare; nobody accepted it. */
import type { RegistrationSettings, Settings } from '../api/settings';
import type { MapInfo, MapKind } from '../api/volumes';

/** Kinds that can be asked for by their name alone. A map by hand is nothing but its numbers. */
const TRIABLE: readonly MapKind[] = ['dicom-rigid', 'dicom-deformable', 'rigid', 'regional', 'deformable'];

/** The kinds by which the case can be tried instead, as its maps tell. */
export function offeredKinds(maps: readonly MapInfo[], stored: RegistrationSettings = {}): MapKind[] {
  const between = maps.filter(({ kind }) => kind !== 'same-frame');
  const isUsedThroughout = (kind: MapKind): boolean => {
    const courses = new Set(between.map(({ course }) => course));
    const using = between.filter((map) => map.is_used && map.kind === kind);
    return new Set(using.map(({ course }) => course)).size === courses.size;
  };
  const isTold = (kind: MapKind): boolean => between.some((map) => map.kind === kind && !map.is_used);
  return TRIABLE.filter(
    (kind) =>
      isTold(kind) &&
      !isUsedThroughout(kind) &&
      // What was asked for and not given, because it is unusable, would not be given now.
      kind !== stored.use &&
      // A region is chosen where the maps are looked at.
      (kind !== 'regional' || stored.around !== undefined),
  );
}

/**
 * The draft with another registration. What else decides the maps, as guides and masks, stays as it is stored: the server worked the
 * other registration out with that.
 */
export function withRegistration(draft: Settings, stored: Settings, use: string): Settings {
  const registration: RegistrationSettings = { ...stored.registration, use };
  // An acceptance is of the map that a person looked at.
  delete registration.accepted_by;
  delete registration.reason;
  if (use !== 'by-hand') delete registration.by_hand;
  return { ...draft, registration };
}
