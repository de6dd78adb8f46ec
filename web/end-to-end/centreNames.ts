/** The objects of a synthetic patient as a centre would draw them: with its name, and with its own names of structures. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Element, items, parse, text, textElement, write } from './dicomObject';

const [INSTITUTION_NAME, ROIS, ROI_NAME] = ['00080080', '30060020', '30060026'];

/** Writes the patient of one folder to another one; names that are not among `renamed` stay. */
export function drawnAt(centre: string, renamed: Record<string, string>, from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const target = join(to, path.slice(from.length));
    mkdirSync(dirname(target), { recursive: true });
    if (entry.name === 'RS.dcm') writeFileSync(target, structureSet(readFileSync(path), centre, renamed));
    else cpSync(path, target);
  }
}

function structureSet(bytes: Buffer, centre: string, renamed: Record<string, string>): Buffer {
  const object = parse(bytes);
  object.elements = withElement(object.elements, textElement(INSTITUTION_NAME, 'LO', centre));
  for (const region of items(object.elements, ROIS)) {
    const other = renamed[text(region.elements, ROI_NAME)];
    if (other !== undefined) region.elements = withElement(region.elements, textElement(ROI_NAME, 'LO', other));
  }
  return write(object);
}

/** Elements stand in the order of their tags. */
function withElement(elements: readonly Element[], added: Element): Element[] {
  const others = elements.filter(({ tag }) => tag !== added.tag);
  return [...others, added].sort((a, b) => (a.tag < b.tag ? -1 : 1));
}
