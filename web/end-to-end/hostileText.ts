/** The objects of a synthetic patient with hostile texts wherever an object has room for words. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Element, type Item, items, parse, text, textElement, walk, write } from './dicomObject';
import { OVERLONG, PAYLOADS } from './payloads';

/** Who all objects belong to: objects of several persons are refused, so that these texts are the same everywhere. */
const PATIENT = {
  name: '<img src=x onerror=rert_pwn(1)>^"><b data-rert-pwn>',
  id: '=HYPERLINK("//rert.invalid/rert_pwn","<b data-rert-pwn>")',
  issuer: "'><svg/onload=rert_pwn(2)>",
};
/** A plan's label is the name of its course, and has room for 16 characters only. */
export const PLANS = { prior: '=1+<b rert_pwn>', current: '"><i rert_pwn>' };
/** A longer label is more than the standard lets it be, and comes from machines all the same. */
const STRUCTURE_SETS = { prior: '<svg onload=rert_pwn=2>', current: '${rert_pwn}' };

/** Files of plans, doses and structure sets; `$&` is the name that they have otherwise. */
const HOSTILE_FILE = '..\\..\\<img src=x onerror=rert_pwn=1>%2e%2e%2f$&';

const BY_TAG: Record<string, string> = { '00100010': PATIENT.name, '00100020': PATIENT.id, '00100021': PATIENT.issuer };
const OF_WORDS = new Set(['SH', 'LO', 'PN', 'ST', 'LT', 'UC', 'UT']);
/** Rescale Type is a code, although its representation is that of words. */
const CODES = new Set(['00281054']);
/** As long as a short string (SH) may be. */
const SHORT = [
  '<b rert_pwn>',
  '=1+rert_pwn',
  '"><i rert_pwn>',
  '${rert_pwn}',
  '../../rert_pwn',
  "';--rert_pwn",
  ')>>endobj',
];

const [PLAN_LABEL, STRUCTURE_SET_LABEL, ROIS, ROI_NAME] = ['300a0002', '30060002', '30060020', '30060026'];

/** Writes the patient of one folder to another one, with hostile texts. */
export function withHostileText(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const target = join(to, path.slice(from.length));
    mkdirSync(dirname(target), { recursive: true });
    const object = entry.name.endsWith('.dcm') ? hostile(readFileSync(path), path.includes('course1')) : null;
    if (object === null) cpSync(path, target);
    else writeFileSync(target.replace(/R[DPS]\.dcm$/, HOSTILE_FILE), object);
  }
}

/** Every payload; those come first that mean something outside of HTML, so that organs with limits and warnings bear them. */
const REGIONS = PAYLOADS.map((payload) => payload.text).reverse();

function hostile(bytes: Buffer, isPrior: boolean): Buffer {
  const object = parse(bytes);
  let next = isPrior ? 0 : 7;
  for (const element of walk(object.elements)) {
    if (element.tag.startsWith('0002') || !OF_WORDS.has(element.vr) || CODES.has(element.tag)) continue;
    element.content = textElement(element.tag, element.vr, BY_TAG[element.tag] ?? textFor(element.vr, next++)).content;
  }
  const whose = isPrior ? 'prior' : 'current';
  rename(object.elements, PLAN_LABEL, PLANS[whose]);
  rename(object.elements, STRUCTURE_SET_LABEL, STRUCTURE_SETS[whose]);
  if (object.elements.some(({ tag }) => tag === ROIS)) nameRegions(object.elements, isPrior);
  return write(object);
}

function textFor(vr: string, index: number): string {
  const choice = vr === 'SH' ? SHORT : PAYLOADS.map((payload) => payload.text);
  const chosen = choice[index % choice.length] ?? '';
  // A second group of a name follows an equals sign, and a further component a caret.
  return vr === 'PN' ? `${chosen.slice(0, 30)}^rert_pwn=<b data-rert-pwn>` : chosen;
}

function rename(elements: Element[], tag: string, value: string): void {
  const found = elements.find((element) => element.tag === tag);
  if (found !== undefined) found.content = textElement(tag, found.vr, value).content;
}

/** Of the regions that are added, so many are drawn; to measure more of them would take longer and show nothing else. */
const MEASURED = 16;

/** Every payload is the name of a region of the current course; the prior course has others of them for its regions. */
function nameRegions(elements: Element[], isPrior: boolean): void {
  const regions = items(elements, ROIS);
  const names = isPrior ? [OVERLONG.text, ...PAYLOADS.map((payload) => payload.text)] : REGIONS;
  regions.forEach((region, index) => rename(region.elements, ROI_NAME, names[index] ?? ''));
  if (isPrior) return;
  const contours = firstContours(elements);
  names
    .slice(regions.length)
    .forEach((name, index) => addRegion(elements, name, 100 + index, index < MEASURED ? contours : []));
}

const [CONTOURS_BY_ROI, CONTOURS, CONTOUR_IMAGES, CONTOUR_DATA] = ['30060039', '30060040', '30060016', '30060050'];
const OBSERVATIONS = '30060080';

function firstContours(elements: Element[]): Item[] {
  const [first] = items(elements, CONTOURS_BY_ROI);
  return first === undefined ? [] : items(first.elements, CONTOURS).slice(20, 25);
}

/** A small box on a few slices is quickly measured. */
function addRegion(elements: Element[], name: string, number: number, like: readonly Item[]): void {
  const [model] = items(elements, ROIS);
  const frame = text(model?.elements ?? [], '30060024');
  items(elements, ROIS).push(
    item(
      textElement('30060022', 'IS', String(number)),
      textElement('30060024', 'UI', frame),
      textElement(ROI_NAME, 'LO', name),
      textElement('30060036', 'CS', 'MANUAL'),
    ),
  );
  const contours: Item[] = like.map((contour, index) => box(contour, index + 1, number));
  items(elements, CONTOURS_BY_ROI).push(
    item(
      textElement('3006002a', 'IS', '255\\0\\0'),
      // Lengths are stated here, since the objects of the phantom end all their sequences by delimiters.
      { tag: CONTOURS, vr: 'SQ', content: { kind: 'sequence', items: contours, isOpen: false } },
      textElement('30060084', 'IS', String(number)),
    ),
  );
  items(elements, OBSERVATIONS).push(
    item(
      textElement('30060082', 'IS', String(number)),
      textElement('30060084', 'IS', String(number)),
      textElement('30060085', 'SH', '<b rert_pwn>'),
      textElement('300600a4', 'CS', 'ORGAN'),
      textElement('300600a6', 'PN', ''),
    ),
  );
}

function box(contour: Item, number: number, region: number): Item {
  const [x = 0, y = 0, z = 0] = text(contour.elements, CONTOUR_DATA).split('\\').map(Number);
  const [left, back] = [Math.round(x) - 10 - (region % 7) * 4, Math.round(y) + (region % 11) * 4];
  const corners = [
    [left, back, z],
    [left + 6, back, z],
    [left + 6, back + 6, z],
    [left, back + 6, z],
  ];
  return item(
    ...contour.elements.filter(({ tag }) => tag === CONTOUR_IMAGES),
    textElement('30060042', 'CS', 'CLOSED_PLANAR'),
    textElement('30060046', 'IS', String(corners.length)),
    textElement('30060048', 'IS', String(number)),
    textElement(CONTOUR_DATA, 'DS', corners.flat().join('\\')),
  );
}

function item(...elements: Element[]): Item {
  return { elements, isOpen: false };
}
