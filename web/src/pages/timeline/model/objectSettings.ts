/** What a person decided about a plan or a dose object, found as the engine finds it: by UID, else by label. */
import type { DoseSettings, PlanSettings, Settings } from '../../../api/settings';
import { add, change, entriesOf, patched, type Patch, takeOut } from './draftLists';

/** How a plan is named; one that was refused is known by its label alone. */
export interface PlanName {
  uid: string | null;
  label: string;
}

export function settingsOfPlan(settings: Settings, plan: PlanName): PlanSettings | undefined {
  return entriesOf(settings, 'plan')[placeOfPlan(settings, plan)];
}

/** Changes what is decided about a plan; an entry that decides nothing is left out. */
export function changePlan(draft: Settings, plan: PlanName, patch: Patch<Omit<PlanSettings, 'plan'>>): void {
  const at = placeOfPlan(draft, plan);
  // A UID is safer than a label, which two plans may bear.
  if (at < 0) add(draft, 'plan', patched<PlanSettings>({ plan: plan.uid ?? plan.label }, patch));
  else change(draft, 'plan', at, patch);
  dropEmpty(draft, 'plan', placeOfPlan(draft, plan));
}

export function settingsOfDose(settings: Settings, uid: string): DoseSettings | undefined {
  return entriesOf(settings, 'dose').find(({ dose }) => dose === uid);
}

export function changeDose(draft: Settings, uid: string, patch: Patch<Omit<DoseSettings, 'dose'>>): void {
  const at = entriesOf(draft, 'dose').findIndex(({ dose }) => dose === uid);
  if (at < 0) add(draft, 'dose', patched<DoseSettings>({ dose: uid }, patch));
  else change(draft, 'dose', at, patch);
  dropEmpty(
    draft,
    'dose',
    entriesOf(draft, 'dose').findIndex(({ dose }) => dose === uid),
  );
}

function placeOfPlan(settings: Settings, { uid, label }: PlanName): number {
  const entries = entriesOf(settings, 'plan');
  const byUid = uid === null ? -1 : entries.findIndex(({ plan }) => plan === uid);
  return byUid >= 0 ? byUid : entries.findIndex(({ plan }) => plan === label);
}

/** An entry that names its object and says nothing of it. */
function dropEmpty(draft: Settings, name: 'plan' | 'dose', at: number): void {
  const entry = entriesOf(draft, name)[at];
  if (entry !== undefined && Object.keys(entry).length === 1) takeOut(draft, name, at);
}
