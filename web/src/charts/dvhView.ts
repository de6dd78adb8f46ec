/** What of the structures is drawn: which are shown, how far the dose axis reaches, where the tags of the curves stand. */
import { cumulativeLine, isBound, type DvhStructure } from './dvhData';
import { doseAt, highestDose, volumeAt } from './dvhPath';
import { choosePlaces, type Box } from './labelPlaces';

export interface DoseWindow {
  low: number;
  high: number;
}

/** The line of a structure that carries its tag: the sum of all courses, else the first course. */
export function leadingLine(structure: DvhStructure): DvhStructure['lines'][number] | null {
  return cumulativeLine(structure) ?? structure.lines[0] ?? null;
}

/** The highest dose of anything that is drawn of the structures. */
export function highestShown(structures: readonly DvhStructure[]): number {
  const ofLines = structures.flatMap((structure) => structure.lines.map((line) => highestDose(line.points)));
  const ofBounds = structures
    .filter(isBound)
    .flatMap((structure) => [structure.atMost?.max_gy ?? 0, structure.atLeast?.max_gy ?? 0]);
  return Math.max(0, ...ofLines, ...ofBounds);
}

export interface CurveTag {
  structure: DvhStructure;
  text: string;
  box: Box;
}

export interface PlotPlaces {
  x: (doseGy: number) => number;
  y: (percent: number) => number;
  left: number;
  right: number;
}

const TAG_HEIGHTS = [50, 38, 62, 28, 74, 18, 86, 10, 94, 5];

/** Numbers on the curves, each at a height at which it covers no other. A curve without room for one keeps it in the legend alone. */
export function curveTags(structures: readonly DvhStructure[], places: PlotPlaces, size: number): CurveTag[] {
  const texts = structures.map((structure) => String(structure.index + 1));
  const candidates = structures.map((structure, place) => tagPlaces(structure, texts[place] ?? '', places, size));
  return choosePlaces(candidates).flatMap((box, place) => {
    const structure = structures[place];
    return box && structure ? [{ structure, text: texts[place] ?? '', box }] : [];
  });
}

function tagPlaces(structure: DvhStructure, text: string, { x, y, left, right }: PlotPlaces, size: number): Box[] {
  const line = leadingLine(structure);
  if (!line) return [];
  const width = size * (0.7 + 0.62 * text.length);
  const height = size * 1.25;
  return TAG_HEIGHTS.flatMap((percent) => {
    const dose = doseAt(line.points, percent);
    if (dose === null) return [];
    const box = { x: x(dose) - width / 2, y: y(percent) - height / 2, width, height };
    return box.x < left || box.x + width > right ? [] : [box];
  });
}

/** The structure whose curve passes nearest to a place, measured up and down; nothing beyond the reach. */
export function nearestStructure(
  structures: readonly DvhStructure[],
  doseGy: number,
  percent: number,
  reachPercent: number,
): number | null {
  let nearest: number | null = null;
  let least = reachPercent;
  for (const structure of structures) {
    const line = leadingLine(structure);
    const volume = line ? volumeAt(line.points, doseGy) : null;
    // Past its end every curve lies on the axis, which says nothing about which one is meant.
    if (volume === null || volume === 0) continue;
    const distance = Math.abs(volume - percent);
    if (distance < least) [nearest, least] = [structure.index, distance];
  }
  return nearest;
}

/** A part of the dose axis, between two places of a drag; nothing where they are too close. */
export function draggedWindow(one: number, other: number, shown: DoseWindow): DoseWindow | null {
  const low = Math.max(shown.low, Math.min(one, other));
  const high = Math.min(shown.high, Math.max(one, other));
  return high - low < (shown.high - shown.low) * 0.02 ? null : { low, high };
}

/** The window scaled around a dose, never outside of the full one. */
export function zoomedDose(window: DoseWindow, full: DoseWindow, factor: number, around: number): DoseWindow {
  const length = Math.min((window.high - window.low) * factor, full.high - full.low);
  const share = (around - window.low) / (window.high - window.low);
  const low = Math.min(Math.max(around - length * share, full.low), full.high - length);
  return { low, high: low + length };
}
