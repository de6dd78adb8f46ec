/** What the sources of a structure come to together. */
import type { VerdictSpread } from '../../api/assessment';
import { withUnit } from '../../charts/wording';

/** The shares of the limits that the values are, and whether the sources agree. */
export function spreadText(spread: VerdictSpread): string {
  const { lowest_share: low, highest_share: high } = spread;
  const percent = (share: number): string => (100 * share).toFixed(0);
  const parts: string[] = [];
  if (low !== null && high !== null) {
    parts.push(
      percent(low) === percent(high)
        ? `${withUnit(percent(low), '%')} of the limit`
        : `${percent(low)}–${withUnit(percent(high), '%')} of the limits`,
    );
  }
  if (spread.n_met > 0 && spread.n_exceeded > 0) parts.push('the sources do not agree');
  return parts.join('; ');
}
