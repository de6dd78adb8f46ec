/**
 * Changes of the registration in the settings.
 *
 * An acceptance is of the map that a person looked at. Whatever leads to another map takes it back.
 */
import type { ByHandSettings, LandmarkSettings, RegistrationSettings } from '../../api/settings';

/** What decides which map is found. */
export type MapChange = Partial<
  Pick<RegistrationSettings, 'around' | 'margin_mm' | 'guide' | 'only_current' | 'only_prior'>
>;

/** Chooses a kind of map, or an object by its UID; null leaves the choice to the engine. */
export function chooseMap(before: RegistrationSettings, use: string | null): RegistrationSettings {
  if (use === (before.use ?? null)) return before;
  const rest = without(before, 'accepted_by', 'reason', 'by_hand', 'use');
  return use === null ? rest : { ...rest, use };
}

/** Chooses a map that was made by hand. */
export function chooseByHand(before: RegistrationSettings, byHand: ByHandSettings): RegistrationSettings {
  return { ...withoutAcceptance(before), use: 'by-hand', by_hand: byHand };
}

/** Changes region, guides or masks; an empty or missing value is left out. */
export function changeMap(before: RegistrationSettings, change: MapChange): RegistrationSettings {
  return compact({ ...withoutAcceptance(before), ...change });
}

export function accept(before: RegistrationSettings, by: string, reason: string): RegistrationSettings {
  return { ...before, accepted_by: by.trim(), reason: reason.trim() };
}

export function withoutAcceptance(before: RegistrationSettings): RegistrationSettings {
  return without(before, 'accepted_by', 'reason');
}

export function isAccepted({ accepted_by = '', reason = '' }: RegistrationSettings): boolean {
  return accepted_by.trim() !== '' && reason.trim() !== '';
}

/** Places are evidence about any map, so that an acceptance stays. */
export function withLandmarks(
  before: RegistrationSettings,
  landmarks: readonly LandmarkSettings[],
): RegistrationSettings {
  return compact({ ...before, landmark: [...landmarks] });
}

/** The landmarks that measure the maps to a course: an entry without a course belongs to the first prior one. */
export function isOfCourse(
  landmark: LandmarkSettings,
  course: { id: string; label: string },
  isFirst: boolean,
): boolean {
  return landmark.course === undefined ? isFirst : landmark.course === course.id || landmark.course === course.label;
}

/** Settings without some of their fields: a field is left out, never null. */
export function without(
  settings: RegistrationSettings,
  ...fields: (keyof RegistrationSettings)[]
): RegistrationSettings {
  const rest = { ...settings };
  for (const field of fields) Reflect.deleteProperty(rest, field);
  return rest;
}

function compact(settings: RegistrationSettings): RegistrationSettings {
  const isStated = ([, value]: [string, unknown]): boolean =>
    value !== undefined && !(Array.isArray(value) && value.length === 0) && value !== '';
  return Object.fromEntries(Object.entries(settings).filter(isStated));
}
