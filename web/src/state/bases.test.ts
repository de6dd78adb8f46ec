import { describe, expect, it } from 'vitest';
import type { Assessment } from '../api/assessment';
import { basesOf, basesText } from './bases';

describe('bases', () => {
  it('stand once and in order, whatever is listed', () => {
    expect(basesText([10, 2, null, 2.5, 10])).toBe('2 2.5 10');
    expect(basesText([])).toBe('');
  });

  it('are those of tissues', () => {
    const structure = (kind: string | null, alpha_beta_gy: number | null): unknown => ({ kind, alpha_beta_gy });
    const structures = [structure('external', 7), structure('target', 10), structure(null, 2), structure('oar', null)];
    expect(basesOf({ structures } as Assessment)).toBe('2 10');
    expect(basesOf(null)).toBe('');
  });
});
