/** Reads the binary container `RERTARR1`: a JSON header and aligned little-endian arrays. */

export type ArrayType = 'f32' | 'f64' | 'i16' | 'u32' | 'u8';
export type ArrayValues = Float32Array | Float64Array | Int16Array | Uint32Array | Uint8Array;

export interface NamedArray {
  name: string;
  type: ArrayType;
  shape: number[];
  values: ArrayValues;
}

/** A container that cannot be read; nothing of it may be shown. */
export class ArrayFileError extends Error {
  constructor(reason: string) {
    super(`reading arrays from the server: ${reason}`);
    this.name = 'ArrayFileError';
  }
}

const MAGIC = 'RERTARR1';
const HEADER_START = 12;
const ALIGNMENT = 8;

const CONSTRUCTORS = {
  f32: Float32Array,
  f64: Float64Array,
  i16: Int16Array,
  u32: Uint32Array,
  u8: Uint8Array,
} as const;

/** A container with its header; arrays are views on the bytes that were received, not copies. */
export class ArrayFile<Header = Record<string, unknown>> {
  constructor(
    readonly header: Header,
    readonly arrays: readonly NamedArray[],
  ) {}

  /** Whether it holds an array of that name. */
  has(name: string): boolean {
    return this.arrays.some((array) => array.name === name);
  }

  /** The array of that name. */
  array(name: string): NamedArray {
    const found = this.arrays.find((array) => array.name === name);
    if (found === undefined) throw new ArrayFileError(`there is no array "${name}"`);
    return found;
  }

  /** The 32-bit floats of that name; `shape` holds null where any length will do. */
  f32(name: string, shape?: readonly (number | null)[]): Float32Array {
    const { values } = this.checked(name, shape);
    if (!(values instanceof Float32Array)) throw new ArrayFileError(`"${name}" does not hold 32-bit floats`);
    return values;
  }

  /** The 32-bit whole numbers of that name. */
  u32(name: string, shape?: readonly (number | null)[]): Uint32Array {
    const { values } = this.checked(name, shape);
    if (!(values instanceof Uint32Array)) throw new ArrayFileError(`"${name}" does not hold 32-bit whole numbers`);
    return values;
  }

  private checked(name: string, shape: readonly (number | null)[] | undefined): NamedArray {
    const found = this.array(name);
    if (shape === undefined) return found;
    const fits = shape.length === found.shape.length && shape.every((n, axis) => n === null || n === found.shape[axis]);
    if (!fits) throw new ArrayFileError(`"${name}" has the shape [${found.shape.join(', ')}]`);
    return found;
  }
}

/** Reads a container; every array is checked against the bytes that came. */
export function readArrays<Header = Record<string, unknown>>(bytes: ArrayBuffer): ArrayFile<Header> {
  assertLittleEndian();
  if (bytes.byteLength < HEADER_START) throw new ArrayFileError('the answer is too short to be a container');
  const magic = String.fromCharCode(...new Uint8Array(bytes, 0, MAGIC.length));
  if (magic !== MAGIC) throw new ArrayFileError('the answer is not a container of arrays');
  const length = new DataView(bytes).getUint32(MAGIC.length, true);
  const dataStart = HEADER_START + length;
  if (dataStart > bytes.byteLength) throw new ArrayFileError('the header is cut off');
  if (dataStart % ALIGNMENT !== 0) throw new ArrayFileError('the data do not begin at a multiple of 8 bytes');
  const header = parseHeader(new Uint8Array(bytes, HEADER_START, length));
  const arrays = header.arrays.map((entry, index) => readOne(bytes, dataStart, entry, index));
  const names = new Set(arrays.map((array) => array.name));
  if (names.size !== arrays.length) throw new ArrayFileError('two arrays have the same name');
  return new ArrayFile(header as Header, arrays);
}

function parseHeader(bytes: Uint8Array): { arrays: unknown[] } {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ArrayFileError('the header is not JSON');
  }
  if (!isRecord(header) || !Array.isArray(header['arrays'])) throw new ArrayFileError('the header lists no arrays');
  return header as { arrays: unknown[] };
}

function readOne(bytes: ArrayBuffer, dataStart: number, entry: unknown, index: number): NamedArray {
  if (!isRecord(entry) || typeof entry['name'] !== 'string') throw new ArrayFileError(`array ${index} has no name`);
  const { name, type, shape, offset } = entry;
  if (!isArrayType(type)) throw new ArrayFileError(`"${name}" has an unknown type`);
  if (!Array.isArray(shape) || !shape.every(isLength)) throw new ArrayFileError(`"${name}" has no shape`);
  if (!isLength(offset) || offset % ALIGNMENT !== 0) {
    throw new ArrayFileError(`"${name}" has no aligned offset`);
  }
  const count = shape.reduce((product: number, length: number) => product * length, 1);
  const create = CONSTRUCTORS[type];
  const end = dataStart + offset + count * create.BYTES_PER_ELEMENT;
  if (!Number.isSafeInteger(end) || end > bytes.byteLength) {
    throw new ArrayFileError(`"${name}" is cut off`);
  }
  return { name: name, type, shape, values: new create(bytes, dataStart + offset, count) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isArrayType(value: unknown): value is ArrayType {
  return typeof value === 'string' && Object.hasOwn(CONSTRUCTORS, value);
}

/** Views on received bytes would hold wrong numbers on a machine of the other byte order, so none is made there. */
function assertLittleEndian(): void {
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) {
    throw new ArrayFileError('this machine is big-endian, for which the workbench was not made');
  }
}
