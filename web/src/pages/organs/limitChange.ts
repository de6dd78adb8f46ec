/** What settings that are tried out change of a limit, in words. */
import type { JudgedConstraint } from '../../api/assessment';
import type { Verdict } from '../../api/terms';
import { bandText, valueText } from '../assessed/limitWords';

export interface LimitChange {
  /** The verdict that is stored, where it was another one. */
  verdict: string | null;
  /** The value that is stored with its band, where either reads differently. */
  value: string | null;
}

const WORDS: Record<Verdict, string> = {
  met: 'met',
  exceeded: 'exceeded',
  uncertain: 'uncertain',
  'not-evaluable': 'not evaluable',
};
const LANDMARK_WORDS: Record<Verdict, string> = { ...WORDS, met: 'below', exceeded: 'above' };

/** Nothing where the limit reads as it is stored. */
export function changeOf(limit: JudgedConstraint, stored: JudgedConstraint | null): LimitChange | null {
  if (stored === null || stored === limit) return null;
  const words = stored.is_landmark ? LANDMARK_WORDS : WORDS;
  const verdict = limit.verdict === stored.verdict ? null : words[stored.verdict];
  const value = fullValue(limit) === fullValue(stored) ? null : fullValue(stored);
  return verdict === null && value === null ? null : { verdict, value };
}

function fullValue(limit: JudgedConstraint): string {
  const band = bandText(limit);
  return band === null ? valueText(limit) : `${valueText(limit)} (${band})`;
}
