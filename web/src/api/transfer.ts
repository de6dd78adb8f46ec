/** The bytes of an answer, with word of how many have come. */

/** Told while bytes come; `total` is null where the server does not say how many there will be. */
export type Progress = (received: number, total: number | null) => void;

/** Reads the body of an answer into one buffer. */
export async function bytesOf(response: Response, onprogress: Progress): Promise<ArrayBuffer> {
  const total = lengthOf(response);
  const { body } = response;
  if (body === null || total === null) return response.arrayBuffer();
  const bytes = new Uint8Array(total);
  let received = 0;
  const reader = body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (received + next.value.length > total) throw new TypeError('more bytes came than the server announced');
    bytes.set(next.value, received);
    received += next.value.length;
    onprogress(received, total);
  }
  // A body that ends early would leave zeros, which are values.
  if (received !== total) throw new TypeError('the answer broke off');
  return bytes.buffer;
}

/** A compressed body is longer than its header says, so that its length is not known. */
function lengthOf({ headers }: Response): number | null {
  const length = Number(headers.get('content-length') ?? NaN);
  const isPlain = (headers.get('content-encoding') ?? 'identity') === 'identity';
  return isPlain && Number.isSafeInteger(length) && length > 0 ? length : null;
}
