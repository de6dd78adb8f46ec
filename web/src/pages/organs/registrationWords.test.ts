import { expect, it } from 'vitest';
import type { RegistrationSummary } from '../../api/assessment';
import { between, courseStandings, usedWords } from './registrationWords';

const of = (course: string, kind: RegistrationSummary['kind'], accepted = false): RegistrationSummary =>
  ({ course, kind, accepted }) as RegistrationSummary;

it.each([
  [[of('C1', 'dicom-rigid')], 'rigid (DICOM)'],
  [[of('C1', 'same-frame'), of('C2', 'deformable')], 'deformable'],
  [[of('C1', 'rigid'), of('C2', 'rigid')], 'rigid'],
  [[of('C1', 'rigid'), of('C2', 'deformable')], 'as assessed'],
])('what is in use, in a word (%#)', (registrations, words) => {
  expect(usedWords(registrations)).toBe(words);
});

it('within one frame nothing is to be chosen', () => {
  expect(between([of('C1', 'same-frame'), of('C2', 'rigid')])).toEqual([of('C2', 'rigid')]);
});

it.each([
  [of('C1', 'same-frame'), 'same frame of reference', false],
  [of('C1', 'rigid', true), 'rigid, accepted', false],
  [of('C1', 'rigid'), 'rigid, not accepted', true],
  [of('C1', 'none'), 'none: sum of maxima, not accepted', true],
])('what carries a course (%#)', (registration, words, isOpen) => {
  expect(courseStandings([registration])).toEqual([{ course: 'C1', words, isOpen }]);
});
