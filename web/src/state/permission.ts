/** What a person may not do, in words, so that it is said before it is tried. */
import type { Session } from '../api/session';

/** Operations of the interface that the workbench asks about, as the end of "may not …". */
const OPERATIONS = {
  get_cases: 'see cases',
  patch_cases_case: 'rename cases',
  delete_cases_case: 'delete cases',
  put_cases_case_settings: 'change the settings of a case',
  post_cases_case_assessment: 'assess cases',
  post_cases_case_trial: 'try other settings',
  post_cases_case_variants: 'try another registration',
  post_cases_case_by_hand: 'fit a map to landmarks',
  post_cases_case_signature: 'sign',
  delete_cases_case_signature: 'take a signature back',
  post_imports: 'import files',
  get_jobs: 'see jobs',
  delete_jobs_job: 'cancel jobs',
  get_events: 'follow what the server does',
  get_accounts: 'see the accounts',
  get_grants: 'see who sees which case',
  get_audit: 'read the log',
  put_cases_case_names: 'confirm names of structures',
  get_names: 'see the confirmed names',
  delete_names: 'withdraw confirmed names',
} as const;

export type Operation = keyof typeof OPERATIONS;

/** Why an operation is not for this person; undefined where it is. In local mode nobody is kept from anything. */
export function whyNot(session: Session | null, operation: Operation): string | undefined {
  if (session === null || session.mode !== 'department' || session.may.includes(operation)) return undefined;
  const role = session.account?.role;
  const who = role === undefined ? 'Whoever is not signed in' : `Your role ${role}`;
  return `${who} may not ${OPERATIONS[operation]}.`;
}
