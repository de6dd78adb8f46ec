import { expect, it } from 'vitest';
import type { Finding } from '../api/terms';
import { countFindings, filterFindings, SEVERITIES } from './findingFilter';

const finding = (code: string, severity: Finding['severity'], subject: string): Finding => ({
  code,
  severity,
  subject,
  message: `said of ${subject}`,
});
const ALL = [finding('H22', 'note', 'C1'), finding('H01', 'refuse', 'Cord'), finding('H43', 'warn', 'Cord')];

it.each([
  [SEVERITIES, '', ['H01', 'H43', 'H22']],
  [SEVERITIES, 'CORD said', ['H01', 'H43']],
  [['warn'], '', ['H43']],
  [SEVERITIES, 'h22', ['H22']],
  [SEVERITIES, 'nothing', []],
  [[], '', []],
] as const)('%j with %j', (shown, text, codes) => {
  expect(filterFindings(ALL, new Set(shown), text).map(({ code }) => code)).toEqual(codes);
});

it('counts by severity', () => {
  expect(countFindings(ALL)).toEqual({ refuse: 1, warn: 1, note: 1 });
});
