/** A case whose doses the server does not have at hand, for somebody who may not let it read them again. */
import type { Problem } from '../api/cases';

export function notAtHand(hindrance: string): Problem {
  return {
    code: 'not-open',
    doing: 'opening the case',
    subject: '',
    message: `The server does not have the doses of the case at hand, and has to read them again. ${hindrance}`,
    hint: 'Ask somebody who may assess to open the case. Numbers that are stored are shown all the same.',
  };
}
