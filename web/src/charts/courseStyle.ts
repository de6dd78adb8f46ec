/** One colour and one dash for each course, the same as in the printed report. */
import type { CourseSummary } from '../api/assessment';

export interface LineStyle {
  colour: string;
  /** Strokes and gaps in pixels; empty for a whole line. */
  dash: string;
  width: number;
}

const PRIOR_COLOURS = 4;

/** Dashes of the three kinds of curves; they also hold where the colour tells the structure. */
export const DASHES = { cumulative: '', prior: '7 3.5', current: '1.8 3' } as const;

export const SUM_STYLE: LineStyle = { colour: 'var(--chart-cumulative)', dash: DASHES.cumulative, width: 2.2 };

/** The style of a course by its id; a course that is not known gets that of a prior one. */
export function courseStyle(id: string, courses: readonly Pick<CourseSummary, 'id' | 'role'>[]): LineStyle {
  const index = courses.findIndex((course) => course.id === id);
  if (courses[index]?.role === 'current') {
    return { colour: 'var(--chart-current)', dash: DASHES.current, width: 1.8 };
  }
  const place = Math.max(index, 0) % PRIOR_COLOURS;
  return { colour: `var(--chart-prior-${place + 1})`, dash: DASHES.prior, width: 1.6 };
}
