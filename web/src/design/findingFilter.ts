/** Which findings are shown, in which order. */
import type { Finding, Severity } from '../api/terms';

export const SEVERITIES: readonly Severity[] = ['refuse', 'warn', 'note'];

/** Findings of the chosen severities that hold every word of the text, the weightiest first. */
export function filterFindings(findings: readonly Finding[], shown: ReadonlySet<Severity>, text: string): Finding[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (finding: Finding): boolean => {
    const all = `${finding.code} ${finding.subject} ${finding.message}`.toLowerCase();
    return words.every((word) => all.includes(word));
  };
  return findings
    .filter((finding) => shown.has(finding.severity) && holds(finding))
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

/** How many there are of each severity. */
export function countFindings(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { refuse: 0, warn: 0, note: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}
