/** DICOM files in explicit VR little endian as a tree that can be changed and written back. */

const PREAMBLE = 132;
const UNDEFINED = 0xffffffff;
const [ITEM, ITEM_END, SEQUENCE_END] = ['fffee000', 'fffee00d', 'fffee0dd'];
/** These have two reserved bytes and a length of four bytes. */
const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

export interface Item {
  elements: Element[];
  /** Whether a delimiter ends it, rather than a length. */
  isOpen: boolean;
}

export interface Element {
  /** Group and element as eight hexadecimal digits. */
  tag: string;
  vr: string;
  content: { kind: 'value'; bytes: Buffer } | { kind: 'sequence'; items: Item[]; isOpen: boolean };
}

export interface DicomObject {
  preamble: Buffer;
  elements: Element[];
}

export function parse(bytes: Buffer): DicomObject {
  if (bytes.toString('latin1', PREAMBLE - 4, PREAMBLE) !== 'DICM') throw new Error('not a DICOM file');
  const reader = new Reader(bytes, PREAMBLE);
  return { preamble: bytes.subarray(0, PREAMBLE), elements: reader.elements(bytes.length) };
}

export function write({ preamble, elements }: DicomObject): Buffer {
  return Buffer.concat([preamble, ...elements.map(encoded)]);
}

/** All elements, those within sequences too. */
export function* walk(elements: readonly Element[]): Generator<Element> {
  for (const element of elements) {
    yield element;
    if (element.content.kind === 'sequence') for (const item of element.content.items) yield* walk(item.elements);
  }
}

export function items(elements: readonly Element[], tag: string): Item[] {
  const found = elements.find((element) => element.tag === tag);
  if (found?.content.kind !== 'sequence') throw new Error(`there is no sequence ${tag}`);
  return found.content.items;
}

export function text(elements: readonly Element[], tag: string): string {
  const found = elements.find((element) => element.tag === tag);
  return found?.content.kind === 'value' ? found.content.bytes.toString('utf8').replace(/[ \0]+$/, '') : '';
}

/** An element with a text, filled up to an even length as the standard asks. */
export function textElement(tag: string, vr: string, value: string): Element {
  const written = Buffer.from(value, 'utf8');
  const filling = Buffer.from(vr === 'UI' ? '\0' : ' ');
  return {
    tag,
    vr,
    content: { kind: 'value', bytes: Buffer.concat(written.length % 2 ? [written, filling] : [written]) },
  };
}

class Reader {
  constructor(
    private readonly bytes: Buffer,
    private at: number,
  ) {}

  /** Elements up to an offset, or to the delimiter of the item that holds them. */
  elements(end: number): Element[] {
    const found: Element[] = [];
    while (this.at < end) {
      if (this.nextTag() === ITEM_END) {
        this.at += 8;
        break;
      }
      found.push(this.element());
    }
    return found;
  }

  private nextTag(): string {
    const half = (at: number) => this.bytes.readUInt16LE(at).toString(16).padStart(4, '0');
    return half(this.at) + half(this.at + 2);
  }

  private element(): Element {
    const tag = this.nextTag();
    const vr = this.bytes.toString('latin1', this.at + 4, this.at + 6);
    if (!/^[A-Z]{2}$/.test(vr)) throw new Error(`${tag} is not in explicit VR`);
    const isLong = LONG.has(vr);
    const length = isLong ? this.bytes.readUInt32LE(this.at + 8) : this.bytes.readUInt16LE(this.at + 6);
    this.at += isLong ? 12 : 8;
    if (vr === 'SQ') return { tag, vr, content: { kind: 'sequence', ...this.sequence(length) } };
    if (length === UNDEFINED) throw new Error(`${tag} is encapsulated, which is not rewritten here`);
    const bytes = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return { tag, vr, content: { kind: 'value', bytes } };
  }

  private sequence(length: number): { items: Item[]; isOpen: boolean } {
    const isOpen = length === UNDEFINED;
    const end = isOpen ? this.bytes.length : this.at + length;
    const found: Item[] = [];
    while (this.at < end) {
      const tag = this.nextTag();
      const itemLength = this.bytes.readUInt32LE(this.at + 4);
      this.at += 8;
      if (tag === SEQUENCE_END) break;
      if (tag !== ITEM) throw new Error(`${tag} stands where an item was to be`);
      const itemIsOpen = itemLength === UNDEFINED;
      const elements = this.elements(itemIsOpen ? this.bytes.length : this.at + itemLength);
      found.push({ elements, isOpen: itemIsOpen });
    }
    return { items: found, isOpen };
  }
}

function encoded({ tag, vr, content }: Element): Buffer {
  const isOpen = content.kind === 'sequence' && content.isOpen;
  const body = content.kind === 'value' ? content.bytes : encodedItems(content.items, isOpen);
  const length = isOpen ? UNDEFINED : body.length;
  return Buffer.concat([tagBytes(tag), Buffer.from(vr, 'latin1'), lengthBytes(tag, vr, length), body]);
}

function lengthBytes(tag: string, vr: string, length: number): Buffer {
  const isLong = LONG.has(vr);
  if (!isLong && length > 0xffff) throw new Error(`${tag} is longer than ${vr} can say`);
  const bytes = Buffer.alloc(isLong ? 6 : 2);
  if (isLong) bytes.writeUInt32LE(length, 2);
  else bytes.writeUInt16LE(length);
  return bytes;
}

function encodedItems(list: readonly Item[], isOpen: boolean): Buffer {
  const pieces = list.flatMap((item) => {
    const body = Buffer.concat(item.elements.map(encoded));
    const head = [tagBytes(ITEM), four(item.isOpen ? UNDEFINED : body.length), body];
    return item.isOpen ? [...head, tagBytes(ITEM_END), four(0)] : head;
  });
  return Buffer.concat(isOpen ? [...pieces, tagBytes(SEQUENCE_END), four(0)] : pieces);
}

function tagBytes(tag: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(parseInt(tag.slice(0, 4), 16));
  bytes.writeUInt16LE(parseInt(tag.slice(4), 16), 2);
  return bytes;
}

function four(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
