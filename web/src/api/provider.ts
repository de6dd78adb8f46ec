/** Signing in, and confirming signatures, by a provider of identities: the server tells to which of its addresses the browser goes. */
import { part, requestJson } from './request';

interface Onwards {
  address: string;
}

type Signal = AbortSignal | undefined;

/** Fails with the code `provider` where the provider does not answer. */
export async function beginSignIn(signal?: Signal): Promise<string> {
  const doing = 'signing in';
  return (await requestJson<Onwards>('/session/oidc', { doing, method: 'POST', signal })).address;
}

/** Afterwards the case can be signed once, within two minutes. */
export async function beginConfirmation(id: string, signal?: Signal): Promise<string> {
  const path = `/cases/${part(id)}/signature/confirmation`;
  return (await requestJson<Onwards>(path, { doing: 'confirming a signature', method: 'POST', signal })).address;
}
