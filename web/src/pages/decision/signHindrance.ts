/** Why nothing can be signed now. Only what is stored and assessed can be signed, and only by somebody who is named. */

export interface SignConditions {
  isDirty: boolean;
  isOutdated: boolean;
  isBusy: boolean;
  isRefused: boolean;
  /** Name, role and meaning. */
  texts: readonly string[];
  /** Null where no password is asked for. */
  hasPassword: boolean | null;
}

/** The first reason; undefined where there is none. */
export function signHindrance(conditions: SignConditions): string | undefined {
  const { isDirty, isOutdated, isBusy, isRefused, texts, hasPassword } = conditions;
  if (isDirty) return 'Settings were changed and are not saved: save and assess first.';
  if (isOutdated) return 'Something was changed since the assessment: assess again first.';
  if (isBusy) return 'Work on the case is under way.';
  if (isRefused) return 'The assessment was refused: there are no numbers to sign.';
  if (texts.some((text) => text.trim() === '')) return 'Name, role and meaning are needed.';
  return hasPassword === false ? 'Your password is needed.' : undefined;
}
