/** Tells when the server does not know the person any more. The request that learned of it fails as any other. */
import type { ApiProblem } from './problem';

let listener: () => void = () => undefined;

/** Whom to tell: the one place that decides what is shown then. */
export function onSessionEnd(act: () => void): void {
  listener = act;
}

/** Tells it where an answer says so. */
export function tellSessionEnd({ status, code }: Pick<ApiProblem, 'status' | 'code'>): void {
  if (status === 401 && code === 'no-session') listener();
}
