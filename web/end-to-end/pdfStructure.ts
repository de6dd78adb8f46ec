/** What a PDF is made of: whether its objects are whole, and whether any of them acts. */
import { inflateSync } from 'node:zlib';

/** Names by which a document acts, reaches elsewhere or carries something along. */
const ACTING = new Set(
  (
    'JavaScript JS Launch URI OpenAction AA SubmitForm ImportData ResetForm GoToR GoToE Rendition RichMedia Movie Sound ' +
    'EmbeddedFile EmbeddedFiles Filespec XFA AcroForm'
  ).split(' '),
);

/** Everything that is wrong with a PDF; nothing where all is well. */
export function pdfProblems(bytes: Buffer): string[] {
  const file = bytes.toString('latin1');
  const problems: string[] = [];
  if (!file.startsWith('%PDF-')) problems.push('it does not begin as a PDF');
  const end = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(file);
  if (end === null) return [...problems, 'it does not end as a PDF'];
  const table = Number(end[1]);
  const objects = objectOffsets(file, table);
  if (objects.length === 0) return [...problems, 'its table of objects cannot be read'];
  objects.forEach((object, index) => {
    const next = objects[index + 1]?.offset ?? table;
    problems.push(...objectProblems(bytes, file, object, next).map((problem) => `object ${object.number}: ${problem}`));
  });
  return problems;
}

interface Place {
  number: number;
  offset: number;
}

function objectOffsets(file: string, table: number): Place[] {
  const head = /^xref\s+0 (\d+)\s+/.exec(file.slice(table, table + 40));
  if (head === null) return [];
  const start = table + head[0].length;
  const entries = Array.from({ length: Number(head[1]) }, (_, number) => {
    const [, offset, , kind] = /^(\d{10}) (\d{5}) ([nf])/.exec(file.slice(start + 20 * number)) ?? [];
    return kind === 'n' ? { number, offset: Number(offset) } : null;
  });
  return entries.filter((entry) => entry !== null).sort((a, b) => a.offset - b.offset);
}

/** An object is to fill the place from its offset to the next one, and nothing else is to stand there. */
function objectProblems(bytes: Buffer, file: string, { number, offset }: Place, next: number): string[] {
  const head = `${number} 0 obj`;
  if (!file.startsWith(head, offset)) return ['it is not where the table says'];
  const parts = tokens(file, offset + head.length, next);
  const problems = parts.names.filter((name) => ACTING.has(name)).map((name) => `it acts by /${name}`);
  if (parts.stream === null) return [...problems, ...endProblems(file, parts.end, next)];
  const length = Number(/\/Length (\d+)(?! \d+ R)/.exec(file.slice(offset, parts.stream))?.[1] ?? NaN);
  if (!/^\s*endstream/.test(file.slice(parts.stream + length, parts.stream + length + 20))) {
    return [...problems, 'its stream has another length than it says'];
  }
  const dictionary = file.slice(offset, parts.stream);
  problems.push(...streamProblems(dictionary, bytes.subarray(parts.stream, parts.stream + length)));
  const after = file.indexOf('endstream', parts.stream + length) + 'endstream'.length;
  return [...problems, ...endProblems(file, tokens(file, after, next).end, next)];
}

function endProblems(file: string, end: number | null, next: number): string[] {
  if (end === null) return ['it does not end'];
  return file.slice(end, next).trim() === '' ? [] : ['something stands behind its end'];
}

function streamProblems(dictionary: string, written: Buffer): string[] {
  let content: Buffer;
  try {
    content = dictionary.includes('/FlateDecode') ? inflateSync(written) : written;
  } catch {
    return ['its stream cannot be unpacked'];
  }
  // Bytes of pictures, fonts and colours may look like anything.
  if (/\/(Image|CIDFontType0C|FontFile|ICCBased|Metadata)|\/N \d|Length1/.test(dictionary)) return [];
  const text = content.toString('latin1');
  return tokens(text, 0, text.length)
    .names.filter((name) => ACTING.has(name))
    .map((name) => `its stream acts by /${name}`);
}

interface Tokens {
  /** Names outside of strings, with what `#` stands for. */
  names: string[];
  /** Where a stream begins, if one does. */
  stream: number | null;
  /** Behind `endobj`, if it is there. */
  end: number | null;
}

function tokens(file: string, from: number, to: number): Tokens {
  const names: string[] = [];
  const token =
    /%[^\r\n]*|<<|>>|<[0-9A-Fa-f\s]*>|\(|\/([^\s()<>[\]{}/%]*)|stream\r?\n|endobj|[^\s()<>[\]{}/%]+|[[\]{}]|\s+|./gsy;
  token.lastIndex = from;
  while (token.lastIndex < to) {
    const [word = '', name] = token.exec(file) ?? [];
    if (word === '') break;
    if (name !== undefined)
      names.push(name.replace(/#([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16))));
    if (word === '(') token.lastIndex = behindString(file, token.lastIndex);
    if (word === 'endobj') return { names, stream: null, end: token.lastIndex };
    if (/^stream\r?\n$/.test(word)) return { names, stream: token.lastIndex, end: null };
  }
  return { names, stream: null, end: null };
}

/** Parentheses within a string stand in pairs or behind a backslash. */
function behindString(file: string, from: number): number {
  let depth = 1;
  let at = from;
  while (depth > 0 && at < file.length) {
    const character = file[at];
    if (character === '\\') at += 1;
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    at += 1;
  }
  return at;
}
