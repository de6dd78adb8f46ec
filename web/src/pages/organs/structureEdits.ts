/** Changes of what is stated of one structure. Entries and fields that state nothing are taken out, as if they had never been there. */
import type { Settings, StructureSettings } from '../../api/settings';
import { canonical } from '../../state/canonical';

export type StructureField = Exclude<keyof StructureSettings, 'name'>;

/** What is stated of a structure. */
export function entryOf(settings: Settings | undefined, name: string): StructureSettings {
  return settings?.structure?.find((entry) => entry.name === name) ?? { name };
}

/** States fields of a structure, or takes them back where they are undefined. */
export function stateFields(
  draft: Settings,
  name: string,
  change: { [F in StructureField]?: StructureSettings[F] | undefined },
): void {
  const all = Object.entries({ ...entryOf(draft, name), ...change });
  const entry = Object.fromEntries(all.filter(([, value]) => value !== undefined)) as unknown as StructureSettings;
  put(draft, name, Object.keys(entry).length > 1 ? entry : undefined);
}

/** Takes a structure back to what is stored. */
export function resetStructure(draft: Settings, stored: Settings, name: string): void {
  put(
    draft,
    name,
    stored.structure?.find((entry) => entry.name === name),
  );
  // Entries that were taken out and come back stand where they stood, so that nothing seems to differ.
  const places = new Map(stored.structure?.map((entry, place) => [entry.name, place]));
  draft.structure?.sort((a, b) => (places.get(a.name) ?? places.size) - (places.get(b.name) ?? places.size));
}

/** Fields of which the draft states something else than what is stored. */
export function editedFields(draft: Settings, stored: Settings | undefined, name: string): StructureField[] {
  const mine: Record<string, unknown> = { ...entryOf(draft, name) };
  const theirs: Record<string, unknown> = { ...entryOf(stored, name) };
  const fields = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
  return [...fields].filter((field) => canonical(mine[field]) !== canonical(theirs[field])) as StructureField[];
}

function put(draft: Settings, name: string, entry: StructureSettings | undefined): void {
  const entries = draft.structure ?? [];
  const place = entries.findIndex((other) => other.name === name);
  if (place >= 0) entries.splice(place, 1, ...(entry === undefined ? [] : [{ ...entry }]));
  else if (entry !== undefined) entries.push({ ...entry });
  if (entries.length === 0) delete draft.structure;
  else draft.structure = entries;
}
