/** Toxicity and questionnaire scales by day, one lane for each term and scale. */
import type { Clinical } from '../api/clinical';
import { dayNumber } from './calendar';
import { choosePlaces, type Box } from './labelPlaces';

export interface FollowUpPoint {
  day: number;
  text: string;
  /** From 0 to 1 of the height of the lane; nothing where the lane has no height to speak of. */
  share: number;
  state: 'better' | 'worse' | 'neutral';
  /** What a reader of the point is told. */
  detail: string;
}

export interface FollowUpLane {
  id: string;
  title: string;
  /** What the height of the lane means. */
  hint: string;
  points: FollowUpPoint[];
}

type FollowUp = Pick<Clinical, 'toxicities' | 'questionnaires'>;

export function followUpLanes(clinical: FollowUp, mostScales: number): { lanes: FollowUpLane[]; nLeftOut: number } {
  const scales = scaleLanes(clinical);
  return {
    lanes: [...toxicityLanes(clinical), ...scales.slice(0, mostScales)],
    nLeftOut: Math.max(0, scales.length - mostScales),
  };
}

function toxicityLanes(clinical: FollowUp): FollowUpLane[] {
  const lanes = new Map<string, FollowUpLane>();
  for (const seen of clinical.toxicities) {
    const day = dayNumber(seen.date);
    if (day === null || seen.problem !== null) continue;
    const lane = lanes.get(seen.id) ?? {
      id: `toxicity-${seen.id}`,
      title: seen.term ?? seen.id,
      hint: 'CTCAE grade 0 to 5',
      points: [],
    };
    lanes.set(seen.id, lane);
    const before = seen.baseline_grade === null ? '' : `, grade ${seen.baseline_grade} before`;
    const detail = `${lane.title}: grade ${seen.grade}${before}, ${seen.date}${seen.words === null ? '' : `: ${seen.words}`}`;
    lane.points.push({
      day,
      text: String(seen.grade),
      share: seen.grade / 5,
      state: gradeState(seen.grade, seen.baseline_grade),
      detail,
    });
  }
  const sorted = [...lanes.values()].sort((one, other) => one.title.localeCompare(other.title));
  sorted.forEach((lane) => lane.points.sort((one, other) => one.day - other.day));
  return sorted;
}

function gradeState(grade: number, before: number | null): FollowUpPoint['state'] {
  if (before === null || grade === before) return 'neutral';
  return grade > before ? 'worse' : 'better';
}

/** Scales with a score, those that changed the most first. */
function scaleLanes(clinical: FollowUp): FollowUpLane[] {
  const lanes = new Map<string, FollowUpLane & { change: number }>();
  for (const filled of clinical.questionnaires) {
    const day = dayNumber(filled.date);
    if (day === null) continue;
    for (const scale of filled.scales) {
      if (scale.score === null) continue;
      const id = `${filled.instrument}-${scale.scale}`;
      const hint = scale.kind === 'symptom' ? '0 to 100, higher is worse' : '0 to 100, higher is better';
      const title = `${filled.instrument.toUpperCase()}: ${scale.title}`;
      const lane = lanes.get(id) ?? { id, title, hint, points: [], change: 0 };
      lanes.set(id, lane);
      lane.change = Math.max(lane.change, Math.abs(scale.change ?? 0));
      lane.points.push(scalePoint(day, filled.date, title, scale));
    }
  }
  const sorted = [...lanes.values()].sort(
    (one, other) => other.change - one.change || one.title.localeCompare(other.title),
  );
  sorted.forEach((lane) => lane.points.sort((one, other) => one.day - other.day));
  return sorted;
}

function scalePoint(
  day: number,
  date: string,
  title: string,
  scale: Clinical['questionnaires'][number]['scales'][number],
): FollowUpPoint {
  const score = scale.score ?? 0;
  const change = scale.change ?? 0;
  const state = change === 0 || scale.is_better === null ? 'neutral' : scale.is_better ? 'better' : 'worse';
  const relevance = scale.relevance === null ? '' : ` (${scale.relevance})`;
  const since =
    scale.change === null
      ? ''
      : `, ${change > 0 ? '+' : '−'}${Math.abs(change).toFixed(0)} since the first day${relevance}`;
  return {
    day,
    text: score.toFixed(0),
    share: score / 100,
    state,
    detail: `${title}: ${score.toFixed(0)}${since}, ${date}`,
  };
}

/** A box with its number at each point that has room for one; a dot where two days are too close. */
export function boxedPoints(points: readonly FollowUpPoint[], boxOf: (point: FollowUpPoint) => Box): boolean[] {
  // The newest state matters most.
  const newestFirst = [...points].reverse();
  return choosePlaces(newestFirst.map((point) => [boxOf(point)]))
    .map((box) => box !== null)
    .reverse();
}
