/** What a new entry needs before it can stand in the settings. */
import type { NewKind } from '../timelineView.svelte';

/** Fields that must be stated, in words of the form. */
const NEEDED: Record<NewKind, Record<string, string>> = {
  drug: { drug: 'drug', start: 'first day' },
  imaging: { modality: 'image', measure: 'measure', value: 'value' },
  toxicity: { term: 'term', grade: 'grade', date: 'day' },
  questionnaire: { instrument: 'instrument', date: 'day', answers: 'answers' },
  prior_course: {
    label: 'label',
    modality: 'modality',
    fractions: 'fractions given',
    prescription_gy: 'prescription',
    highest_percent: 'highest plausible dose',
  },
};

export const NEW_TITLES: Record<NewKind, string> = {
  drug: 'New drug',
  imaging: 'New value of an image',
  toxicity: 'New toxicity',
  questionnaire: 'New questionnaire',
  prior_course: 'New earlier course without DICOM',
};

/** What is missing still, in words. */
export function missingIn(what: NewKind, entry: object): string[] {
  const stated = entry as Record<string, unknown>;
  return Object.entries(NEEDED[what]).flatMap(([field, words]) => (stated[field] === undefined ? [words] : []));
}
