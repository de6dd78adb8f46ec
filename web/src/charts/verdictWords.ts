/** Words and signs of verdicts. An observation is no limit to plan for, so it is neither met nor exceeded. */
import type { JudgedConstraint } from '../api/assessment';
import type { Verdict } from '../api/terms';

export type Sign = 'tick' | 'cross' | 'question' | 'dash' | 'note';

export interface VerdictShown {
  sign: Sign;
  word: string;
  /** CSS colour. */
  colour: string;
}

export const VERDICTS: Record<Verdict, VerdictShown> = {
  met: { sign: 'tick', word: 'met', colour: 'var(--met)' },
  exceeded: { sign: 'cross', word: 'exceeded', colour: 'var(--exceeded)' },
  uncertain: { sign: 'question', word: 'uncertain', colour: 'var(--uncertain)' },
  'not-evaluable': { sign: 'dash', word: 'not evaluable', colour: 'var(--unknown)' },
};

export function verdictOf(limit: Pick<JudgedConstraint, 'verdict' | 'is_landmark'>): VerdictShown {
  const shown = VERDICTS[limit.verdict];
  if (!limit.is_landmark || limit.verdict === 'uncertain' || limit.verdict === 'not-evaluable') return shown;
  const side = limit.verdict === 'met' ? 'below' : 'above';
  return { sign: 'note', word: `${side} what was observed`, colour: 'var(--note)' };
}
