/** What a person is about to say of the names of a case, row by row. Nothing is chosen that the person did not choose. */
import type { NamedMeaning, StructureName } from '../../api/names';

export interface NameRow {
  name: StructureName;
  /** What stands in the row, and is sent. */
  standardName: string;
  isSelected: boolean;
}

/** Names that are listed by what can be done with them. */
export interface NameParts {
  /** Stated for this case alone, or open and to be stated so. */
  forCase: StructureName[];
  confirmed: StructureName[];
  /** Drawn with a name of the standard. */
  plain: StructureName[];
}

/**
 * Rows for the names that can be confirmed: the open ones, and confirmed ones that a person wants to correct. What was typed and
 * selected stays only where the server says the same of the name as before: a person has seen nothing else.
 */
export function rowsOf(
  names: readonly StructureName[],
  former: readonly NameRow[] = [],
  reopened: readonly string[] = [],
): NameRow[] {
  return names
    .filter((name) => isConfirmable(name) || isReopened(name, reopened))
    .map((name) => {
      const before = former.find((row) => sameName(row.name, name));
      return before === undefined ? freshRow(name) : { ...before, name };
    });
}

/** Of several organs none is proposed, except the one that a person confirmed before. */
function freshRow(name: StructureName): NameRow {
  const isProposed = name.meaning !== 'ambiguous' || name.state === 'confirmed';
  return { name, standardName: isProposed ? (name.standard_name ?? '') : '', isSelected: false };
}

function isConfirmable({ state, why_not }: StructureName): boolean {
  return state === 'open' && why_not === null;
}

function isReopened({ drawn, state, why_not }: StructureName, reopened: readonly string[]): boolean {
  return state === 'confirmed' && why_not === null && reopened.includes(drawn);
}

function sameName(a: StructureName, b: StructureName): boolean {
  return JSON.stringify(a, FIELDS) === JSON.stringify(b, FIELDS);
}

const FIELDS = ['drawn', 'centres', 'standard_name', 'candidates', 'meaning', 'state', 'confirmed', 'why_not'];

/** The names beside the rows. */
export function partsOf(names: readonly StructureName[], rows: readonly NameRow[]): NameParts {
  const inRows = new Set(rows.map(({ name }) => name.drawn));
  const others = names.filter(({ drawn }) => !inRows.has(drawn));
  return {
    forCase: others.filter(({ state }) => state === 'open' || state === 'decided'),
    confirmed: others.filter(({ state }) => state === 'confirmed'),
    plain: others.filter(({ state }) => state === 'plain'),
  };
}

/**
 * How many are open: to be confirmed for a centre, and, where no centre is known, to be stated for this case. A known word needs no
 * statement, nor does a name of which nothing is known: it may be of no organ.
 */
export function countOpen(names: readonly StructureName[]): { toConfirm: number; toState: number } {
  const open = names.filter(({ state }) => state === 'open');
  const toConfirm = open.filter(isConfirmable).length;
  const isDoubtful = ({ meaning }: StructureName): boolean => meaning === 'ambiguous' || meaning === 'alike';
  return { toConfirm, toState: open.filter((name) => !isConfirmable(name) && isDoubtful(name)).length };
}

/** `Names · 3 to confirm`; null names were not read. */
export function buttonWords(names: readonly StructureName[] | null): string {
  const { toConfirm, toState } = countOpen(names ?? []);
  const open = [toConfirm > 0 ? `${toConfirm} to confirm` : '', toState > 0 ? `${toState} to state` : ''];
  const words = open.filter((part) => part !== '').join(', ');
  return words === '' ? 'Names' : `Names · ${words}`;
}

/** Only a word that is known as it is drawn, and of which nothing was typed, may be selected together with others. */
export function isPlainlyKnown({ name, standardName }: NameRow): boolean {
  return (
    name.state === 'open' && name.meaning === 'known' && standardName !== '' && standardName === name.standard_name
  );
}

export function selectKnown(rows: readonly NameRow[]): NameRow[] {
  return rows.map((row) => (isPlainlyKnown(row) ? { ...row, isSelected: true } : row));
}

export function selectNone(rows: readonly NameRow[]): NameRow[] {
  return rows.map((row) => ({ ...row, isSelected: false }));
}

/** The row of a name after a change; a row without a meaning cannot be selected. */
export function changed(
  rows: readonly NameRow[],
  drawn: string,
  change: Partial<Pick<NameRow, 'standardName' | 'isSelected'>>,
): NameRow[] {
  return rows.map((row) => {
    if (row.name.drawn !== drawn) return row;
    const next = { ...row, ...change };
    return { ...next, isSelected: next.isSelected && next.standardName.trim() !== '' };
  });
}

/** What is sent: what stands in the selected rows. */
export function toSend(rows: readonly NameRow[]): NamedMeaning[] {
  return rows
    .filter(({ isSelected }) => isSelected)
    .map(({ name, standardName }) => ({ drawn: name.drawn, standard_name: standardName.trim() }));
}

/** For which centres the selected names will hold. */
export function centresOf(rows: readonly NameRow[]): string[] {
  const selected = rows.filter(({ isSelected }) => isSelected);
  return [...new Set(selected.flatMap(({ name }) => name.centres))];
}
