import { describe, expect, it } from 'vitest';
import type { StructureSummary } from '../../api/assessment';
import type { Band } from '../../api/terms';
import { consequenceRows, kindsOf } from './consequence';

function structure(name: string, range: Band | null | undefined, verdict = 'usable'): StructureSummary {
  const told = {
    used: 'deformable',
    eqd2: { rigid: { d0_1cc_gy: 10, mean_gy: null }, deformable: { d0_1cc_gy: 12, mean_gy: 3 } },
    displacement_mm: 2,
    d0_1cc_range_gy: range ?? null,
    mean_range_gy: null,
    verdict,
  };
  const uncertainty = range === undefined ? {} : { registration: { C1: told } };
  return { name, alpha_beta_gy: 2, uncertainty } as unknown as StructureSummary;
}

const STRUCTURES = [
  structure('narrow', [1, 2]),
  structure('wide', [1, 9]),
  structure('not told', undefined),
  structure('flagged', [1, 4.5], 'usable-with-care'),
  structure('unknown', null),
];

describe('consequenceRows', () => {
  it('puts first what depends on the map, then what is not known, then the widest', () => {
    const rows = consequenceRows(STRUCTURES, 'C1');
    expect(rows.map(({ name, index }) => [name, index])).toEqual([
      ['flagged', 3],
      ['unknown', 4],
      ['wide', 1],
      ['narrow', 0],
    ]);
    expect(rows[0]?.byKind['rigid']).toEqual({ d01ccGy: 10, meanGy: null });
  });

  it('has nothing of a course that is not told', () => {
    expect(consequenceRows(STRUCTURES, 'C9')).toEqual([]);
  });

  it('names the kind in use first', () => {
    expect(kindsOf(consequenceRows(STRUCTURES, 'C1'))).toEqual(['deformable', 'rigid']);
  });
});
