/** Windows of one browser share the session: one that signs in or out tells the others at once. */

const NAME = 'rert.session';

/** Tells the other windows to look who is signed in. */
export function tellOtherWindows(): void {
  const channel = new BroadcastChannel(NAME);
  channel.postMessage('changed');
  channel.close();
}

/** Listens to them; returns how to stop. */
export function listenToOtherWindows(act: () => void): () => void {
  const channel = new BroadcastChannel(NAME);
  channel.addEventListener('message', act);
  return () => channel.close();
}
