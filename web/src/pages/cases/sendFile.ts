/** Sends one file of an import and tells how far it is, which `fetch` does not. */
import { problemOf, ServerLost } from '../../api/problem';
import { BASE, part, query } from '../../api/request';
import { tellSessionEnd } from '../../api/sessionEnd';
import type { PickedFile } from './pickedFiles';

/** Resolves when the server has the file; `onprogress` tells the bytes that have left. */
export function sendFile(
  importId: string,
  { path, file }: PickedFile,
  signal: AbortSignal,
  onprogress: (bytes: number) => void,
): Promise<void> {
  const doing = `sending the file ${path}`;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    signal.addEventListener('abort', abort, { once: true });
    request.open('PUT', `${BASE}/imports/${part(importId)}/files${query({ path })}`);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded }) => onprogress(loaded);
    request.onload = () => {
      const isDone = request.status >= 200 && request.status < 300;
      if (isDone) {
        resolve();
        return;
      }
      const problem = problemOf(request.status, request.response, doing);
      tellSessionEnd(problem);
      reject(problem);
    };
    request.onerror = () => void whyLost(file, doing).then(reject);
    request.onabort = () => reject(new DOMException('The import was cancelled.', 'AbortError'));
    request.onloadend = () => signal.removeEventListener('abort', abort);
    if (signal.aborted) reject(new DOMException('The import was cancelled.', 'AbortError'));
    else request.send(file);
  });
}

/** A file that vanished or changed since it was picked ends like a lost server; reading it tells the two apart. */
async function whyLost(file: File, doing: string): Promise<Error> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return new ServerLost(doing);
  } catch {
    return new Error('the browser cannot read the file any more; it was moved or changed since it was picked');
  }
}
