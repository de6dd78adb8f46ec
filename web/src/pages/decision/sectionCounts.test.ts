import { expect, it } from 'vitest';
import type { Assessment } from '../../api/assessment';
import type { OpenPoint } from './openPoints';
import { sectionCounts } from './sectionCounts';

const point = (change: Partial<OpenPoint>): OpenPoint => ({
  weight: 'open',
  title: 't',
  details: ['a'],
  section: 'scores',
  page: null,
  ...change,
});

const ASSESSMENT = {
  findings: [{ severity: 'refuse' }, { severity: 'warn' }, { severity: 'note' }],
} as unknown as Assessment;

it('open points are counted by their part, and what blocks is marked', () => {
  const counts = sectionCounts(ASSESSMENT, [
    point({ details: ['a', 'b'] }),
    point({ details: ['c'] }),
    point({ section: 'signature', weight: 'blocks' }),
    point({ section: 'drugs', weight: 'unverified' }),
    point({ section: null, page: 'organs' }),
  ]);
  expect(counts.scores).toEqual({ n: 3, words: 'open', isGrave: false });
  expect(counts.signature).toEqual({ n: 1, words: 'open', isGrave: true });
  expect(counts.drugs).toBeUndefined();
  expect(counts.open?.n).toBe(5);
  expect(counts.open?.isGrave).toBe(true);
  expect(counts.findings).toEqual({ n: 2, words: 'refusals and warnings', isGrave: true });
});
