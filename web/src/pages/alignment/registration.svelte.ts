/** The registration in the settings that are being edited. */
import type { RegistrationSettings } from '../../api/settings';
import { notify } from '../../design/toasts.svelte';
import { openCase } from '../../state/case.svelte';
import { isAccepted } from './registrationDraft';

/** The registration as it is edited now; empty where nothing was decided. */
export function draftRegistration(): RegistrationSettings {
  return openCase.draft.registration ?? {};
}

/** Edits it; tells where an acceptance went with the map it was of. */
export function editRegistration(change: (before: RegistrationSettings) => RegistrationSettings): void {
  const before = $state.snapshot(draftRegistration()) as RegistrationSettings;
  const after = change(before);
  if (Object.keys(after).length === 0) delete openCase.draft.registration;
  else openCase.draft.registration = after;
  if (isAccepted(before) && !isAccepted(after)) {
    notify('note', 'The acceptance was taken back: it was of another map.');
  }
}

/** Goes back to the registration that is stored; other settings stay as they are edited. */
export function undoEdits(): void {
  const stored = openCase.stored?.settings.registration;
  if (stored === undefined) delete openCase.draft.registration;
  else openCase.draft.registration = structuredClone(stored);
}
