import { describe, expect, it } from 'vitest';
import type { RegistrationSettings } from '../../api/settings';
import { accept, changeMap, chooseByHand, chooseMap, isAccepted, isOfCourse, withLandmarks } from './registrationDraft';
import { unmoved } from './rigidMap';

const mark = { name: 'dens', fixed_mm: [1, 2, 3], moving_mm: [4, 5, 6] } as NonNullable<
  RegistrationSettings['landmark']
>[number];
const accepted: RegistrationSettings = { use: 'rigid', accepted_by: 'A. Person', reason: 'seen', landmark: [mark] };

describe('an acceptance', () => {
  it.each([
    ['another kind', chooseMap(accepted, 'deformable'), { use: 'deformable', landmark: [mark] }],
    ['no choice', chooseMap(accepted, null), { landmark: [mark] }],
    [
      'a map by hand',
      chooseByHand(accepted, unmoved([0, 0, 0])),
      { use: 'by-hand', by_hand: unmoved([0, 0, 0]), landmark: [mark] },
    ],
    [
      'another region',
      changeMap(accepted, { around: 'cord', margin_mm: 30 }),
      { use: 'rigid', around: 'cord', margin_mm: 30, landmark: [mark] },
    ],
    [
      'a guide',
      changeMap(accepted, { guide: ['cord=Cord'] }),
      { use: 'rigid', guide: ['cord=Cord'], landmark: [mark] },
    ],
  ])('is taken back by %s', (_, changed, expected) => {
    expect(changed).toEqual(expected);
    expect(isAccepted(changed)).toBe(false);
  });

  it.each([
    ['the same choice', chooseMap(accepted, 'rigid')],
    ['other landmarks', withLandmarks(accepted, [])],
  ])('stays with %s', (_, changed) => {
    expect(isAccepted(changed)).toBe(true);
  });

  it('needs a name and a reason', () => {
    expect(isAccepted(accept({}, ' A. Person ', ' fits at the cord '))).toBe(true);
    expect(isAccepted(accept({}, 'A. Person', '  '))).toBe(false);
  });
});

describe('settings', () => {
  it('hold a map by hand only with its choice', () => {
    const byHand = chooseByHand({}, unmoved([1, 2, 3]));
    expect(chooseMap(byHand, 'rigid')).toEqual({ use: 'rigid' });
  });

  it('leave out what is empty', () => {
    expect(changeMap({ guide: ['a=b'], only_prior: ['c'] }, { guide: [], around: '' })).toEqual({ only_prior: ['c'] });
    expect(withLandmarks({ use: 'rigid', landmark: [mark] }, [])).toEqual({ use: 'rigid' });
  });
});

describe('landmarks', () => {
  const course = { id: 'C1', label: 'HN_70' };
  it.each([
    [{ ...mark }, true, true],
    [{ ...mark }, false, false],
    [{ ...mark, course: 'C1' }, false, true],
    [{ ...mark, course: 'HN_70' }, false, true],
    [{ ...mark, course: 'C3' }, true, false],
  ])('belong to a course', (landmark, isFirst, expected) => {
    expect(isOfCourse(landmark, course, isFirst)).toBe(expected);
  });
});
