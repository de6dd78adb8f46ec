/** Changes of lists in the settings. A list without entries and a field without a value are left out, as in `case.toml`. */
import type { Settings } from '../../../api/settings';

export type ListName = 'plan' | 'prior_course' | 'drug' | 'imaging' | 'toxicity' | 'questionnaire' | 'dose';
export type EntryOf<Name extends ListName> = NonNullable<Settings[Name]>[number];

/** New values of fields; `undefined` takes a value back. */
export type Patch<Entry> = { [Field in keyof Entry]?: Entry[Field] | undefined };

type Lists = { [Name in ListName]?: EntryOf<Name>[] };

export function entriesOf<Name extends ListName>(settings: Settings, name: Name): readonly EntryOf<Name>[] {
  return (settings as Lists)[name] ?? [];
}

/** Adds an entry, at the end where no place is named; returns its place. */
export function add<Name extends ListName>(draft: Settings, name: Name, entry: EntryOf<Name>, at?: number): number {
  const before = [...entriesOf(draft, name)];
  const place = at ?? before.length;
  before.splice(place, 0, entry);
  put(draft, name, before);
  return place;
}

/** Takes an entry out; returns it, to be put back. */
export function takeOut<Name extends ListName>(draft: Settings, name: Name, at: number): EntryOf<Name> | undefined {
  const before = [...entriesOf(draft, name)];
  const [taken] = before.splice(at, 1);
  put(draft, name, before);
  return taken;
}

export function change<Name extends ListName>(
  draft: Settings,
  name: Name,
  at: number,
  patch: Patch<EntryOf<Name>>,
): void {
  const entries = [...entriesOf(draft, name)];
  const entry = entries[at];
  if (entry === undefined) return;
  entries[at] = patched(entry, patch);
  put(draft, name, entries);
}

/** An entry with other values; a field without a value is left out and never null. */
export function patched<Entry extends object>(entry: Entry, patch: Patch<Entry>): Entry {
  const stated = Object.entries({ ...entry, ...patch }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(stated) as Entry;
}

function put<Name extends ListName>(draft: Settings, name: Name, entries: EntryOf<Name>[]): void {
  if (entries.length === 0) Reflect.deleteProperty(draft, name);
  else (draft as Lists)[name] = entries as Lists[Name];
}
