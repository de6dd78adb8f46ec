/** Names that the knowledge base of this program knows, to choose from. `knownNames.test.ts` keeps them as the knowledge base has them. */
import names from './knownNames.json';

export interface KnownDrug {
  name: string;
  class: string;
}

/** A term of CTCAE version 5 with the grades that exist for it. */
export interface KnownTerm {
  id: string;
  term: string;
  soc: string;
  grades: number[];
}

/** A value of images for which a criterion exists. */
export interface KnownMeasure {
  modality: string;
  measure: string;
  unit: string;
  also_measure: string | null;
  also_unit: string | null;
}

export interface KnownInstrument {
  id: string;
  title: string;
  /** The highest answer of each item that is scored, by its number; the lowest is 1. Empty where the program does not score it. */
  highest: Record<string, number>;
}

interface KnownNames {
  drugs: KnownDrug[];
  terms: KnownTerm[];
  measures: KnownMeasure[];
  instruments: KnownInstrument[];
  rbe_models: { id: string; title: string }[];
}

export const known: KnownNames = names;

export function termTitle(id: string): string | null {
  return known.terms.find((term) => term.id === id)?.term ?? null;
}

export function instrumentTitle(id: string): string | null {
  return known.instruments.find((instrument) => instrument.id === id)?.title ?? null;
}

export function measureOf(modality: string, measure: string): KnownMeasure | undefined {
  return known.measures.find((one) => one.modality === modality && one.measure === measure);
}
