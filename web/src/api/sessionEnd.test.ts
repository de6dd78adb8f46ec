import { expect, it, vi } from 'vitest';
import { onSessionEnd, tellSessionEnd } from './sessionEnd';

it('only an answer that nobody is signed in ends the session', () => {
  const ended = vi.fn();
  onSessionEnd(ended);
  tellSessionEnd({ status: 401, code: 'sign-in-refused' });
  tellSessionEnd({ status: 403, code: 'wrong-password' });
  tellSessionEnd({ status: 404, code: 'not-found' });
  expect(ended).not.toHaveBeenCalled();
  tellSessionEnd({ status: 401, code: 'no-session' });
  expect(ended).toHaveBeenCalledTimes(1);
});
