import { expect, it } from 'vitest';
import type { Assessment } from '../api/assessment';
import type { Finding } from '../api/terms';
import type { Trial } from '../api/volumes';
import { mergeDvh, mergeTrial } from './mergeTrial';

const finding = (code: string): Finding => ({ code, severity: 'warn', subject: 'cord', message: 'm' });

const stored = {
  structures: [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
  constraints: ['old'],
  clinical: 'old',
  findings: [finding('H1')],
  budget: { fractions: [5] },
} as unknown as Assessment;

const trial = {
  changed: [2, 0],
  structures: [
    { name: 'c', recovery: 0.3 },
    { name: 'a', recovery: 0.1 },
  ],
  constraints: ['new'],
  clinical: 'new',
  findings: [finding('H1'), finding('H2')],
} as unknown as Trial;

it('changed structures come to their places and all else stays', () => {
  const merged = mergeTrial(stored, trial);
  expect(merged.structures).toEqual([{ name: 'a', recovery: 0.1 }, { name: 'b' }, { name: 'c', recovery: 0.3 }]);
  expect(merged.constraints).toEqual(['new']);
  expect(merged.clinical).toBe('new');
  expect(merged.budget).toEqual({ fractions: [5] });
  expect(stored.structures[0]).toEqual({ name: 'a' });
});

it('findings are those of the trial, which repeats what still holds', () => {
  expect(mergeTrial(stored, trial).findings.map(({ code }) => code)).toEqual(['H1', 'H2']);
  expect(mergeTrial(stored, { ...trial, findings: [] }).findings).toEqual([]);
});

it('whether it is provisional follows the trial where it tells', () => {
  const provisional = { ...stored, provisional: true };
  expect(mergeTrial(provisional, trial).provisional).toBe(true);
  expect(mergeTrial(provisional, { ...trial, provisional: false }).provisional).toBe(false);
});

it('curves of changed structures are replaced, and a band without a successor goes', () => {
  const points = new Float32Array(2);
  const curve = (
    structure: number,
    what: string,
  ): { structure: number; name: string; what: string; points: Float32Array } => ({
    structure,
    name: '',
    what,
    points,
  });
  const merged = mergeDvh(
    { curves: [curve(0, 'old'), curve(1, 'old')], bands: [{ structure: 0, points }] },
    { curves: [curve(0, 'new')], bands: [] },
    [0],
  );
  expect(merged.curves.map(({ structure, what }) => [structure, what])).toEqual([
    [1, 'old'],
    [0, 'new'],
  ]);
  expect(merged.bands).toEqual([]);
});
