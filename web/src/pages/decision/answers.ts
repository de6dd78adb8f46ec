/** What people answer: the questions of the consensus, those of scores and trials, and the texts of the report. */
import type { AnsweredQuestion, ReportItem } from '../../api/clinical';
import type { CaseSettings, Settings, StatedAnswer } from '../../api/settings';
import type { Answer } from '../../api/terms';

export type ConsensusField = 'toxicity_concern' | 'same_organ';

export interface SignedAnswer {
  answer: boolean | null;
  by: string;
  reason: string;
}

/** A stated answer with who gave it, as far as that is stated. */
export function signedAnswer(stated: StatedAnswer | undefined): SignedAnswer {
  if (stated === undefined) return { answer: null, by: '', reason: '' };
  if (typeof stated === 'boolean') return { answer: stated, by: '', reason: '' };
  return { answer: stated.answer, by: stated.by, reason: stated.reason ?? '' };
}

/** States an answer to a question of the consensus; without an answer nothing is stated. */
export function stateConsensus(draft: Settings, field: ConsensusField, signed: SignedAnswer): void {
  const { answer } = signed;
  const by = signed.by.trim();
  const reason = signed.reason.trim();
  // Without a name there is nobody to sign, and the answer says so.
  const signedBy = by === '' ? answer : answer === null ? null : { answer, by, ...(reason === '' ? {} : { reason }) };
  const others = Object.entries(draft.case ?? {}).filter(([other]) => other !== field);
  const own: CaseSettings = Object.fromEntries(signedBy === null ? others : [...others, [field, signedBy]]);
  if (Object.keys(own).length === 0) delete draft.case;
  else draft.case = own;
}

/** States the answer to a question of a score or a trial, or takes it back. */
export function stateAnswer(draft: Settings, id: string, answer: Answer | null): void {
  const others = Object.entries(draft.answers ?? {}).filter(([other]) => other !== id);
  const next = answer === null ? others : [...others, [id, answer] as const];
  if (next.length === 0) delete draft.answers;
  else draft.answers = Object.fromEntries(next);
}

/** A yes-no answer in one word, whichever way it is written. */
export function yesOrNo(answer: Answer | null | undefined): 'yes' | 'no' | null {
  if (answer === true || answer === 'yes') return 'yes';
  return answer === false || answer === 'no' ? 'no' : null;
}

/** An answer in words. */
export function answerText(answer: Answer | null, question: Pick<AnsweredQuestion, 'unit'>): string {
  if (answer === null) return 'not answered';
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no';
  return typeof answer === 'number' && question.unit !== undefined ? `${answer}\u00a0${question.unit}` : String(answer);
}

/** Under which name the text of an item is stated: with its section, or the short name that older settings use. */
export function reportingKey(stated: Record<string, string> | undefined, item: Pick<ReportItem, 'id'>): string {
  const short = item.id.split('.').at(-1) ?? item.id;
  const hasOnlyShort = stated?.[item.id] === undefined && stated?.[short] !== undefined;
  return hasOnlyShort ? short : item.id;
}

/** States the text of an item of the report, or takes it back where it is empty. */
export function stateReporting(draft: Settings, key: string, text: string): void {
  const others = Object.entries(draft.reporting ?? {}).filter(([other]) => other !== key);
  const next = text.trim() === '' ? others : [...others, [key, text.trim()] as const];
  if (next.length === 0) delete draft.reporting;
  else draft.reporting = Object.fromEntries(next);
}

/** Whether a person may fill an item: the program goes first where it knows. */
export function isForPerson(item: ReportItem): boolean {
  return item.filled_from.includes('person') && (item.filled_by === null || item.filled_by === 'person');
}
