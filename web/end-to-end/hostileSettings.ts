/** Settings of a case with hostile texts wherever a person may write words. */
import type { LandmarkSettings, Settings, StructureSettings } from '../src/api/settings';
import { PLANS } from './hostileText';
import { OVERLONG, PAYLOADS } from './payloads';

/** What the regions of the synthetic patient with a glioma are, in the order of the object. */
const ORGANS = [
  'Brain',
  'Brainstem',
  'OpticChiasm',
  'OpticNrv_L',
  'OpticNrv_R',
  'Eye_L',
  'Eye_R',
  'Hippocampus_L',
  'Hippocampus_R',
  'GTV',
  'PTV',
  'PTV',
  'External',
];
const TARGET = 11;
/** Further regions up to this one have an α/β; absorbed doses alone are known of the others. */
const WITH_ALPHA_BETA = 21;

/** The settings that came with the patient, with other words; the names are those of the regions of the current course. */
export function hostileSettings(own: Settings, names: readonly string[]): Settings {
  const words = wordSource();
  const stated = { answer: true, by: words(), reason: words() };
  return {
    ...own,
    case: { ...own.case, toxicity_concern: stated, same_organ: { ...stated, by: words() }, candidate: words(0) },
    candidate: [0, 1].map((index) => ({ name: words(index), plans: [PLANS.current] })),
    plan: (own.plan ?? []).map((plan, index) => ({ ...plan, plan: index === 0 ? PLANS.prior : PLANS.current })),
    structure: names.map(structure),
    answers: { ...own.answers, eloquent_region: words(), initial_histology: words(), [words()]: words() },
    drug: [...(own.drug ?? []), { drug: words(), start: '2024-01-02', end: '2024-02-03' }],
    imaging: [...(own.imaging ?? []), { modality: words(), measure: words(), value: 2, date: '2024-10-28' }],
    toxicity: (own.toxicity ?? []).map((toxicity) => ({ ...toxicity, attribution: words() })),
    reporting: Object.fromEntries(Object.keys(own.reporting ?? {}).map((id) => [id, words()])),
    ...(own.patient_page && {
      patient_page: {
        ...own.patient_page,
        contact: words(),
        phone: words(),
        urgent_phone: words(),
      },
    }),
    // The record for a registry holds these three texts and no names.
    registry: {
      ...own.registry,
      pseudonym: payload('formula'),
      mdt_decision: payload('formula with a minus'),
      outcome: payload('formula in full width'),
    },
    registration: {
      ...own.registration,
      accepted_by: words(),
      reason: `${words()} ${OVERLONG.text}`,
      landmark: Array.from({ length: 4 }, (_, index) => landmark(words(), index)),
    },
    budget: { ...own.budget, target: names[TARGET] ?? '' },
    uncertainty: { ...own.uncertainty, draws: 20 },
  };
}

function structure(name: string, index: number): StructureSettings {
  const organ = ORGANS[index];
  if (organ !== undefined) return { name, standard_name: organ };
  return index < WITH_ALPHA_BETA ? { name, alpha_beta_gy: 3 } : { name };
}

function landmark(name: string, index: number): LandmarkSettings {
  return { name, fixed_mm: [10 * index, -60, 338], moving_mm: [10 * index + 1, -60, 0] };
}

function payload(what: string): string {
  const found = PAYLOADS.find((one) => one.what === what);
  if (found === undefined) throw new Error(`there is no payload "${what}"`);
  return found.text;
}

/** Every payload after the other, so that each stands somewhere. */
function wordSource(): (index?: number) => string {
  let next = 0;
  return (index) => PAYLOADS[(index ?? next++) % PAYLOADS.length]?.text ?? '';
}
