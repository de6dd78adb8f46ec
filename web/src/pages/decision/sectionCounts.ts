/** What a part of the page has open, as a number with its words. */
import type { Assessment } from '../../api/assessment';
import { countFindings } from '../../design/findingFilter';
import type { OpenPoint } from './openPoints';
import type { SectionName } from './sections';

export interface SectionCount {
  n: number;
  words: string;
  /** Whether it holds something that blocks. */
  isGrave: boolean;
}

/** Numbers of open points by part; parts of which nothing is to be said have none. */
export function sectionCounts(
  assessment: Assessment,
  points: readonly OpenPoint[],
): Partial<Record<SectionName, SectionCount>> {
  const findings = countFindings(assessment.findings);
  const counts: Partial<Record<SectionName, SectionCount>> = {
    open: {
      n: points.length,
      words: 'points',
      isGrave: points.some(({ weight }) => weight === 'blocks'),
    },
    findings: {
      n: findings.refuse + findings.warn,
      words: 'refusals and warnings',
      isGrave: findings.refuse > 0,
    },
  };
  for (const { section, details, weight } of points) {
    if (section === null || section === 'findings' || weight === 'unverified') continue;
    const known = counts[section];
    counts[section] = {
      n: (known?.n ?? 0) + details.length,
      words: 'open',
      isGrave: (known?.isGrave ?? false) || weight === 'blocks',
    };
  }
  return counts;
}
