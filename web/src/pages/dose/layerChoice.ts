/** The doses that can be shown, in the words of a choice. */
import type { Assessment, CourseSummary } from '../../api/assessment';
import type { VolumeInfo } from '../../api/volumes';
import { eqd2Basis } from '../../design/quantity';

export interface LayerOption {
  readonly value: string;
  readonly label: string;
  readonly group: string;
}

/** Doses of one kind share their levels and colours, so that two of them can be compared. */
export type DoseKind = 'absorbed' | 'eqd2' | 'allowance';

const KINDS: readonly DoseKind[] = ['absorbed', 'eqd2', 'allowance'];

/** The kind of a layer; null where it is no dose. */
export function doseKind(info: VolumeInfo): DoseKind | null {
  return KINDS.find((kind) => kind === info.quantity) ?? null;
}

/** All doses, equieffective ones by their basis with the organs that have it. */
export function layerOptions(list: readonly VolumeInfo[], assessment: Assessment | null): LayerOption[] {
  const doses = list.filter((info) => doseKind(info) !== null);
  const order = (info: VolumeInfo): number => ['eqd2', 'absorbed', 'allowance'].indexOf(info.quantity);
  return doses
    .toSorted((a, b) => order(a) - order(b))
    .map((info) => ({
      value: info.id,
      label: layerLabel(info, assessment?.courses ?? []),
      group: groupOf(info, assessment),
    }));
}

/** The most fractions that the server answers for. */
export const MOST_FRACTIONS = 100;

export function allowanceId(fractions: number): string {
  return `allowance-${fractions}fx`;
}

/** The list with allowances that are asked for in other numbers of fractions than those that are listed. */
export function withAllowances(list: readonly VolumeInfo[], ids: readonly (string | null)[]): readonly VolumeInfo[] {
  const listed = list.find(({ quantity }) => quantity === 'allowance');
  const others = ids.flatMap((id) => {
    const fractions = Number(/^allowance-(\d+)fx$/.exec(id ?? '')?.[1] ?? NaN);
    const isAsked = id !== null && fractions >= 1 && fractions <= MOST_FRACTIONS;
    if (listed === undefined || !isAsked || list.some((info) => info.id === id)) return [];
    return [{ ...listed, id, fractions, title: `May still be given in ${fractions} fractions, physical dose` }];
  });
  const isNew = ({ id }: VolumeInfo, place: number): boolean => others.findIndex((one) => one.id === id) === place;
  return others.length === 0 ? list : [...list, ...others.filter(isNew)];
}

/** The layer to begin with: what all courses give, of the basis that is listed first. */
export function firstLayer(list: readonly VolumeInfo[]): VolumeInfo | null {
  const part = (wanted: VolumeInfo['part']): VolumeInfo | undefined => list.find(({ part: own }) => own === wanted);
  return part('cumulative') ?? part('background') ?? list.find((info) => doseKind(info) !== null) ?? null;
}

/** The layer that is best seen beside another one: what the prior courses leave, or the other end of a band. */
export function partnerOf(info: VolumeInfo, list: readonly VolumeInfo[]): VolumeInfo | null {
  const partners: Partial<Record<NonNullable<VolumeInfo['part']>, VolumeInfo['part']>> = {
    cumulative: 'background',
    background: 'cumulative',
    'band-low': 'band-high',
    'band-high': 'band-low',
  };
  const wanted = info.part === null ? undefined : partners[info.part];
  const isPartner = (other: VolumeInfo): boolean =>
    wanted === undefined
      ? other.id !== info.id && other.quantity === info.quantity
      : other.part === wanted && other.alpha_beta_gy === info.alpha_beta_gy;
  return list.find(isPartner) ?? list.find((other) => other.id !== info.id && doseKind(other) !== null) ?? null;
}

/** A dose in words that can stand alone. */
export function layerLabel(info: VolumeInfo, courses: readonly CourseSummary[]): string {
  if (info.quantity === 'allowance') return `May still be given in ${info.fractions ?? '?'} fractions`;
  const what = info.quantity === 'absorbed' ? 'absorbed dose' : eqd2Basis(info.alpha_beta_gy);
  return `${partLabel(info, courses)}, ${what}`;
}

function partLabel({ part, course }: VolumeInfo, courses: readonly CourseSummary[]): string {
  switch (part) {
    case 'cumulative':
      return 'All courses';
    case 'background':
      return 'Prior courses';
    case 'band-low':
      return 'Lower end of the 90 % band';
    case 'band-high':
      return 'Upper end of the 90 % band';
    default: {
      const known = courses.find(({ id }) => id === course);
      return known === undefined ? (course ?? 'One course') : `${known.id} ${known.label} (${known.role})`;
    }
  }
}

function groupOf(info: VolumeInfo, assessment: Assessment | null): string {
  if (info.quantity === 'absorbed') return 'Absorbed dose of a course';
  if (info.quantity === 'allowance') return 'Physical dose that the limits still leave';
  const organs = organsOf(info.alpha_beta_gy, assessment);
  return `${eqd2Basis(info.alpha_beta_gy)}${organs === '' ? '' : `: ${organs}`}`;
}

const NAMED = 4;

/** The organs of a basis: a few by name, the others by number. */
export function organsOf(alphaBetaGy: number | null, assessment: Assessment | null): string {
  const own = (assessment?.structures ?? []).filter(
    (structure) => structure.alpha_beta_gy === alphaBetaGy && structure.kind !== 'external',
  );
  const named = own.slice(0, NAMED).map(({ name }) => name);
  return own.length > NAMED ? `${named.join(', ')} and ${own.length - NAMED} more` : named.join(', ');
}

/** What stands behind the numbers of a dose. */
export function unitLabel(info: VolumeInfo, courses: readonly CourseSummary[]): string {
  const course = courses.find(({ id }) => id === info.course);
  return info.quantity === 'absorbed' && course !== undefined && isWeighted(course) ? 'Gy(RBE)' : 'Gy';
}

/** Whether doses of a course are those of particles. */
export function isWeighted({ plans }: Pick<CourseSummary, 'plans'>): boolean {
  return plans.some(({ modality }) => modality === 'proton' || modality === 'ion');
}
