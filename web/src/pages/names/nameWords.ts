/** Words for how it was found what a name means. */
import type { NameMeaning, StructureName } from '../../api/names';

export interface MeaningWords {
  words: string;
  tone: 'met' | 'note' | 'warn' | 'refuse' | 'unknown';
}

const WORDS: Record<NameMeaning, MeaningWords> = {
  plain: { words: 'the standard’s own name', tone: 'met' },
  known: { words: 'known', tone: 'note' },
  alike: { words: 'alike – look closely', tone: 'warn' },
  ambiguous: { words: 'ambiguous – choose', tone: 'refuse' },
  unknown: { words: 'unknown', tone: 'unknown' },
};

const STATED: MeaningWords = { words: 'stated for this case', tone: 'met' };
const CONFIRMED: MeaningWords = { words: 'confirmed before', tone: 'met' };

/** What a person stated goes before what was found. */
export function meaningWords({ meaning, state }: StructureName): MeaningWords {
  if (state === 'decided') return STATED;
  return state === 'confirmed' ? CONFIRMED : WORDS[meaning];
}

/** Day and minute in UTC. */
export function moment(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}
