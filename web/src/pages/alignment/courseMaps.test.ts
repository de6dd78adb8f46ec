import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../api/assessment';
import type { LandmarkSettings } from '../../api/settings';
import type { MapInfo } from '../../api/volumes';
import { courseMaps } from './courseMaps';

const ASSESSMENT = {
  courses: [
    { id: 'C1', label: 'A', role: 'prior' },
    { id: 'C2', label: 'B', role: 'prior' },
    { id: 'C3', label: 'C', role: 'prior' },
    { id: 'C4', label: 'D', role: 'current' },
  ],
} as Assessment;
const map = (course: string, kind: string, is_used = false): MapInfo => ({ course, kind, is_used }) as MapInfo;
const mark = (name: string, course?: string): LandmarkSettings =>
  ({ name, ...(course === undefined ? {} : { course }) }) as LandmarkSettings;

describe('courseMaps', () => {
  const found = courseMaps(
    ASSESSMENT,
    [map('C3', 'none'), map('C1', 'rigid'), map('C1', 'deformable', true), map('C4', 'rigid')],
    [mark('first'), mark('third', 'C'), mark('none', 'X')],
  );

  it('lists prior courses with a map, and which one is used', () => {
    expect(found.map(({ course, isFirst, maps, used }) => [course.id, isFirst, maps.length, used?.kind])).toEqual([
      ['C1', true, 2, 'deformable'],
      ['C3', false, 1, 'none'],
    ]);
  });

  it('gives each course its landmarks', () => {
    expect(found.map(({ landmarks }) => landmarks.map(({ name }) => name))).toEqual([['first'], ['third']]);
  });

  it('is empty before the first assessment', () => {
    expect(courseMaps(null, [map('C1', 'rigid')], [])).toEqual([]);
  });
});
