/** Fields of a plan that mean something only together; what is entered first waits for the rest, since the server would refuse it alone. */
import type { PlanSettings } from '../../../api/settings';
import type { Patch } from './draftLists';

export type PlanPatch = Patch<Omit<PlanSettings, 'plan'>>;

/** Why a number of fractions a day and the hours between them cannot stand in the settings; null where they can. */
export function scheduleReason(perDay: number | null, hours: number | null): string | null {
  const isSeveral = perDay !== null && perDay > 1;
  if (isSeveral && hours === null) return 'State the hours between them too; until then nothing changes.';
  if (!isSeveral && hours !== null) return 'State how many a day, two or more; until then nothing changes.';
  if (isSeveral && perDay * (hours ?? 0) > 24) return 'A day has no room for so many fractions so far apart.';
  return null;
}

/** Once a day is what holds without both. */
export function schedulePatch(
  perDay: number | null,
  hours: number | null,
): {
  fractions_per_day: number | undefined;
  hours_between: number | undefined;
} {
  const isSeveral = perDay !== null && perDay > 1;
  return {
    fractions_per_day: isSeveral ? perDay : undefined,
    hours_between: isSeveral ? (hours ?? undefined) : undefined,
  };
}

/** Where the RBE of a dose comes from. */
export type RbeWay = 'object' | 'included' | 'factor' | 'model';

export function rbeWay({ rbe, rbe_included, rbe_model }: Omit<PlanSettings, 'plan'>): RbeWay {
  if (rbe_model !== undefined) return 'model';
  if (rbe_included === true) return 'included';
  return rbe === undefined ? 'object' : 'factor';
}

/** What a way needs; null where something of it is missing still. */
export function rbePatch(way: RbeWay, rbe: number | null, model: string | null, grid: string): PlanPatch | null {
  const none = { rbe: undefined, rbe_included: undefined, rbe_model: undefined, let_grid: undefined };
  if (way === 'object') return none;
  if (way === 'included') return { ...none, rbe_included: true };
  // The model needs the constant RBE of the prescription as well.
  if (rbe === null) return null;
  if (way === 'factor') return { ...none, rbe };
  return model === null || grid === '' ? null : { ...none, rbe, rbe_model: model, let_grid: grid };
}
