/** One request, with the errors in words. Nothing is sent twice: only the caller knows whether that is safe. */
import { problemOf, ServerLost } from './problem';
import { tellSessionEnd } from './sessionEnd';

export const BASE = '/api/v1';

export interface RequestOptions {
  /** What is being done, for the words of an error: `opening the case`. */
  doing: string;
  signal?: AbortSignal | undefined;
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  body?: Blob | ArrayBuffer;
  headers?: Record<string, string>;
}

/** Sends a request; an error status becomes `ApiProblem`, no answer becomes `ServerLost`. */
export async function request(path: string, options: RequestOptions): Promise<Response> {
  const init: RequestInit = {
    method: options.method ?? 'GET',
    headers: { ...options.headers },
    credentials: 'same-origin',
    cache: 'no-store',
    signal: options.signal ?? null,
  };
  if (options.json !== undefined) {
    init.headers = { ...options.headers, 'content-type': 'application/json' };
    init.body = JSON.stringify(options.json);
  } else if (options.body !== undefined) {
    init.body = options.body;
  }
  const response = await answered(fetch(BASE + path, init), options);
  if (response.ok) return response;
  const problem = problemOf(response.status, await bodyOf(response), options.doing);
  tellSessionEnd(problem);
  throw problem;
}

/** The JSON of an answer. */
export async function requestJson<T>(path: string, options: RequestOptions): Promise<T> {
  const response = await request(path, { ...options, headers: { accept: 'application/json', ...options.headers } });
  return (await answered(response.json(), options)) as T;
}

/** `fetch` rejects with a TypeError where no answer came; a body that breaks off does the same. */
export async function answered<T>(promise: Promise<T>, options: Pick<RequestOptions, 'doing'>): Promise<T> {
  try {
    return await promise;
  } catch (thrown) {
    if (thrown instanceof TypeError) throw new ServerLost(options.doing);
    throw thrown;
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/** A part of a path: ids come from the server, names from files, and neither may change the path. */
export function part(text: string): string {
  return encodeURIComponent(text);
}

/** A query of the values that are stated. */
export function query(values: Record<string, string | number | undefined>): string {
  const stated = Object.entries(values).filter(([, value]) => value !== undefined);
  return stated.length === 0
    ? ''
    : `?${new URLSearchParams(stated.map(([name, value]) => [name, String(value)])).toString()}`;
}
