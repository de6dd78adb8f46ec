/** What names of structures mean: in a case, and as it was confirmed for centres. */
import { part, query, request, requestJson } from './request';
import type { TimeText } from './terms';

/** How it was found what a name means. */
export type NameMeaning =
  /** It is the standard's own name. */
  | 'plain'
  /** It is a word of the knowledge base. */
  | 'known'
  /** It is like such a word, as after a slip of the keyboard. */
  | 'alike'
  /** Several organs are possible, or its side is missing. */
  | 'ambiguous'
  /** Nothing is known of it. */
  | 'unknown';

/** Whether there is something to confirm: nothing, it was said for this case alone, it was confirmed for the centre, or it is open. */
export type NameState = 'plain' | 'decided' | 'confirmed' | 'open';

/** A name as it is drawn in the case. */
export interface StructureName {
  drawn: string;
  /** Where it was drawn. */
  centres: readonly string[];
  /** What it is taken to mean; null where that is not known. */
  standard_name: string | null;
  /** What it may mean, where that is ambiguous. */
  candidates: readonly string[];
  meaning: NameMeaning;
  state: NameState;
  /** For whom, by whom and when; null where it is not confirmed. */
  confirmed: string | null;
  /** Why it cannot be confirmed for the centre; null where it can. */
  why_not: string | null;
}

/** What a person says that a name means. */
export interface NamedMeaning {
  drawn: string;
  standard_name: string;
}

/** A meaning that holds for every case of a centre that states no other one. */
export interface ConfirmedName {
  centre: string;
  drawn: string;
  standard_name: string;
  by: string;
  at: TimeText;
}

type Signal = AbortSignal | undefined;

export async function getNames(id: string, signal?: Signal): Promise<StructureName[]> {
  const doing = 'reading what the names of structures mean';
  const answer = await requestJson<{ names: StructureName[] }>(casePath(id), { doing, signal });
  return answer.names;
}

/** Confirms meanings for their centres and states them in the settings of the case; answers with all names of the case. */
export async function putNames(id: string, names: readonly NamedMeaning[], signal?: Signal): Promise<StructureName[]> {
  const doing = 'confirming names of structures';
  const answer = await requestJson<{ names: StructureName[] }>(casePath(id), {
    doing,
    method: 'PUT',
    json: { names },
    signal,
  });
  return answer.names;
}

/** All names that were confirmed, whatever the case. */
export async function listConfirmedNames(signal?: Signal): Promise<ConfirmedName[]> {
  const answer = await requestJson<{ names: ConfirmedName[] }>('/names', {
    doing: 'listing the confirmed names',
    signal,
  });
  return answer.names;
}

/** Later cases ask again; those that state the meaning keep it. */
export async function withdrawName(centre: string, drawn: string, signal?: Signal): Promise<void> {
  await request(`/names${query({ centre, drawn })}`, {
    doing: 'withdrawing a confirmed name',
    method: 'DELETE',
    signal,
  });
}

function casePath(id: string): string {
  return `/cases/${part(id)}/names`;
}
