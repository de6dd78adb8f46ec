/** Words for what the list says of a case. */
import type { ReirradiationType } from '../../api/assessment';
import type { BrokenCase, CaseState } from '../../api/cases';

/** Types of the ESTRO–EORTC consensus. */
export const TYPE_WORDS: Record<ReirradiationType, string> = {
  'type-1': 'Type 1 reirradiation',
  'type-2': 'Type 2 reirradiation',
  'repeat-organ': 'Repeat organ irradiation',
  repeat: 'Repeat irradiation',
};

export const STATE_WORDS: Record<
  CaseState,
  { word: string; tone: 'unknown' | 'met' | 'warn' | 'refuse'; why: string }
> = {
  imported: { word: 'not assessed', tone: 'unknown', why: 'The objects are here; nothing was measured yet.' },
  assessed: {
    word: 'assessed',
    tone: 'met',
    why: 'The numbers are those of the objects and settings as they are now.',
  },
  outdated: {
    word: 'outdated',
    tone: 'warn',
    why: 'Objects, settings, knowledge or program changed since it was assessed.',
  },
  refused: {
    word: 'refused',
    tone: 'refuse',
    why: 'It was assessed, and no cumulative number was given: see the findings.',
  },
};

/** A case that cannot be read, by all that is known of it. */
export function brokenLabel({ id }: BrokenCase): string {
  return `case ${id}`;
}
