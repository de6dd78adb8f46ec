/** Limits by structure: which are shown, in which order. Nothing is left out without being counted. */
import type { Assessment, JudgedConstraint, SaidInstead, StructureSummary, VerdictSpread } from '../../api/assessment';
import type { Evidence, Verdict } from '../../api/terms';
import { limitKey, shareOfLimit } from '../assessed/limitWords';

export type SiteChoice = 'all' | 'for-site' | 'other-site';
export type LimitOrder = 'drawn' | 'share' | 'verdict';

export interface LimitFilter {
  verdicts: ReadonlySet<Verdict>;
  evidence: ReadonlySet<Evidence>;
  site: SiteChoice;
  text: string;
}

export interface OrganGroup {
  /** Index of the structure in the assessment. */
  index: number;
  structure: StructureSummary;
  limits: JudgedConstraint[];
  /** Observations of published series, which are no limits to plan for. */
  observations: JudgedConstraint[];
  /** What sources say in the place of a limit. */
  noLimits: SaidInstead[];
  spread: VerdictSpread | null;
  /** Limits and observations that the filter hides. */
  nHidden: number;
}

export const VERDICTS: readonly Verdict[] = ['exceeded', 'uncertain', 'met', 'not-evaluable'];
export const EVIDENCE: readonly Evidence[] = ['primary', 'secondary', 'unverified'];

/** The filter that hides nothing. */
export function openFilter(): LimitFilter {
  return { verdicts: new Set(VERDICTS), evidence: new Set(EVIDENCE), site: 'all', text: '' };
}

/** Whether a filter may hide limits. */
export function isNarrowed(filter: LimitFilter): boolean {
  return (
    filter.verdicts.size < VERDICTS.length ||
    filter.evidence.size < EVIDENCE.length ||
    filter.site !== 'all' ||
    filter.text.trim() !== ''
  );
}

type Judged = Pick<Assessment, 'structures' | 'constraints' | 'limit_spreads' | 'no_limits'>;

/** Every structure of the case with its limits, in the order of the assessment. */
export function organGroups(assessment: Judged): OrganGroup[] {
  return assessment.structures.map((structure, index) => {
    // Two structures of one name cannot be told apart by it; the first carries what is said of the name.
    const isFirst = assessment.structures.findIndex(({ name }) => name === structure.name) === index;
    const own = <T extends { structure: string }>(all: readonly T[]): T[] =>
      isFirst ? all.filter((one) => one.structure === structure.name) : [];
    const limits = own(assessment.constraints);
    return {
      index,
      structure,
      limits: limits.filter((limit) => !limit.is_landmark),
      observations: limits.filter((limit) => limit.is_landmark),
      noLimits: own(assessment.no_limits),
      spread: own(assessment.limit_spreads)[0] ?? null,
      nHidden: 0,
    };
  });
}

/** The groups with what the filter leaves of them; groups that hold nothing of what was asked for go. */
export function filteredGroups(groups: readonly OrganGroup[], filter: LimitFilter): OrganGroup[] {
  if (!isNarrowed(filter)) return [...groups];
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return groups.flatMap((group) => {
    const left = leftOf(group, filter, words);
    const isAsked =
      left.limits.length + left.observations.length > 0 || (namesAll(group, words) && !hasChoices(filter));
    return isAsked ? [left] : [];
  });
}

function leftOf(group: OrganGroup, filter: LimitFilter, words: readonly string[]): OrganGroup {
  const isShown = (limit: JudgedConstraint): boolean =>
    filter.verdicts.has(limit.verdict) &&
    filter.evidence.has(limit.evidence) &&
    (filter.site === 'all' || limit.is_for_site === (filter.site === 'for-site')) &&
    words.every((word) => textOf(group, limit).includes(word));
  const limits = group.limits.filter(isShown);
  const observations = group.observations.filter(isShown);
  const nAll = group.limits.length + group.observations.length;
  return { ...group, limits, observations, nHidden: nAll - limits.length - observations.length };
}

function hasChoices(filter: LimitFilter): boolean {
  return isNarrowed({ ...filter, text: '' });
}

function namesAll({ structure }: OrganGroup, words: readonly string[]): boolean {
  const names = `${structure.name} ${structure.standard_name ?? ''}`.toLowerCase();
  return words.every((word) => names.includes(word));
}

function textOf({ structure }: OrganGroup, limit: JudgedConstraint): string {
  const parts = [structure.name, structure.standard_name ?? '', limit.title, limit.metric, limit.source, limit.id];
  return parts.join(' ').toLowerCase();
}

/**
 * Groups and their limits in the order that was asked for; what has no share of a limit comes last. `asStored` gives the limit before
 * a trial, so that rows keep their places while something is tried out.
 */
export function orderedGroups(
  groups: readonly OrganGroup[],
  order: LimitOrder,
  asStored: (limit: JudgedConstraint) => JudgedConstraint = (limit) => limit,
): OrganGroup[] {
  if (order === 'drawn') return [...groups];
  const weigh = (limit: JudgedConstraint): number => (order === 'share' ? byShare : byVerdict)(asStored(limit));
  const sorted = groups.map((group) => ({ ...group, limits: [...group.limits].sort((a, b) => weigh(b) - weigh(a)) }));
  const weight = (group: OrganGroup): number => (group.limits[0] === undefined ? -Infinity : weigh(group.limits[0]));
  return sorted.sort((a, b) => compared(weight(b), weight(a)));
}

/** Minus infinity from itself would be no number. */
function compared(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function byShare(limit: JudgedConstraint): number {
  return shareOfLimit(limit) ?? -1;
}

function byVerdict(limit: JudgedConstraint): number {
  const share = Math.min(shareOfLimit(limit) ?? 0, 100);
  return (VERDICTS.length - VERDICTS.indexOf(limit.verdict)) * 1000 + share;
}

/** How many limits of each verdict there are, observations aside. */
export function countVerdicts(constraints: readonly JudgedConstraint[]): Record<Verdict, number> {
  const counts = { met: 0, exceeded: 0, uncertain: 0, 'not-evaluable': 0 };
  for (const { verdict, is_landmark } of constraints) if (!is_landmark) counts[verdict] += 1;
  return counts;
}

/** Limits by what names them within a case. */
export function limitsByKey(constraints: readonly JudgedConstraint[]): ReadonlyMap<string, JudgedConstraint> {
  return new Map(constraints.map((limit) => [limitKey(limit), limit]));
}

/**
 * The limits, each as the very object that stood there before where nothing of it changed: a trial sends all of them, and rows that
 * say the same need not be drawn again.
 */
export function unchangedKept(
  before: readonly JudgedConstraint[],
  constraints: readonly JudgedConstraint[],
): JudgedConstraint[] {
  const known = limitsByKey(before);
  return constraints.map((limit) => {
    const former = known.get(limitKey(limit));
    return former !== undefined && JSON.stringify(former) === JSON.stringify(limit) ? former : limit;
  });
}
