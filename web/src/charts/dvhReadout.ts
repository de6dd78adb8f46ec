/** What the cursor of a dose–volume chart reads from the drawn curves of one structure. */
import type { DvhStructure } from './dvhData';
import { cumulativeLine, isBound } from './dvhData';
import { bandAt, volumeAt } from './dvhPath';
import { NOT_KNOWN, dose, volumePercent } from './wording';

export interface ReadoutRow {
  what: string;
  label: string;
  percent: number | null;
  text: string;
}

/** One row for each curve, the sum first, then the band and the stored curve of a comparison. */
export function readout(structure: DvhStructure, ghost: DvhStructure | null, doseGy: number): ReadoutRow[] {
  const sumFirst = [...structure.lines].sort(
    (one, other) => Number(other.role === 'cumulative') - Number(one.role === 'cumulative'),
  );
  const rows = sumFirst.map((line): ReadoutRow => {
    const percent = volumeAt(line.points, doseGy);
    const band = line.role === 'cumulative' && structure.band ? bandAt(structure.band, doseGy) : null;
    const range = band ? ` (5–95 %: ${band[0].toFixed(1)}–${volumePercent(band[1])})` : '';
    return { what: line.what, label: line.label, percent, text: `${percentText(percent)}${range}` };
  });
  if (isBound(structure))
    rows.unshift({ what: 'bound', label: 'all courses', percent: null, text: 'only bounds are known' });
  const stored = ghost ? cumulativeLine(ghost) : null;
  if (stored) {
    const percent = volumeAt(stored.points, doseGy);
    rows.push({ what: 'stored', label: 'before the trial', percent, text: percentText(percent) });
  }
  return rows;
}

function percentText(percent: number | null): string {
  return percent === null ? NOT_KNOWN : volumePercent(percent);
}

/** The cursor in words, for those who do not see it. */
export function cursorText(structure: DvhStructure, ghost: DvhStructure | null, doseGy: number): string {
  const rows = readout(structure, ghost, doseGy).map((row) => `${row.label} ${row.text}`);
  return [structure.name, `at ${dose(doseGy)}`, ...rows].join(', ');
}
