/** What the roles are there for, for whoever gives them. The server alone decides what each may do. */
import type { Role } from '../../api/session';

export const ROLES: readonly { value: Role; label: string; purpose: string }[] = [
  { value: 'viewer', label: 'viewer', purpose: 'Looks at cases and changes nothing.' },
  { value: 'physicist', label: 'physicist', purpose: 'Works on cases.' },
  { value: 'physician', label: 'physician', purpose: 'Works on cases.' },
  {
    value: 'admin',
    label: 'admin',
    purpose: 'Looks after accounts, access and the log. Sees labels of cases, and no patient.',
  },
  { value: 'service', label: 'service', purpose: 'A program, not a person. It has a token instead of a password.' },
];

export function purposeOf(role: Role): string {
  return ROLES.find(({ value }) => value === role)?.purpose ?? '';
}
