/** How the structures of a prior set are drawn: a structure that both sets hold has one colour. */
import type { StructureSummary } from '../../api/assessment';
import { PRIOR_ONLY_COLOUR } from '../../planes/legend';
import type { LineStyle, OutlineLine, StructureStyle } from '../../planes/scene';

/** Dashes of every prior line; those of the current set are full beside them. */
const PRIOR_DASH = '7 5';

type Named = Pick<StructureSummary, 'name' | 'standard_name' | 'kind'>;

/** Styles of prior lines: seen and coloured as the current structure of that name; without one they are seen in a colour of their own. */
export function priorStyle(
  styles: readonly StructureStyle[],
  structures: readonly Named[],
  isOneIsolated: boolean,
): (line: OutlineLine) => LineStyle | null {
  const namesakes = namesakesOf(styles, structures);
  return (line) => {
    const style = namesakes.get(spelled(line.name)) ?? namesakes.get(spelled(line.standardName ?? ''));
    const isSeen = style === undefined ? !isOneIsolated : style.visible;
    if (!isSeen) return null;
    return { name: `prior: ${line.name}`, colour: style?.colour ?? PRIOR_ONLY_COLOUR, dash: PRIOR_DASH };
  };
}

/** Current structures as they stand beside a prior set: full lines. */
export function withFullLines(styles: readonly StructureStyle[]): StructureStyle[] {
  return styles.map((style) => ({ ...style, dash: '' }));
}

/**
 * Current structures by the names under which a prior one is the same; a name as it was drawn goes before a standard one. The
 * standard name of a target says what kind of volume it is, and two courses rarely treat the same one.
 */
function namesakesOf(styles: readonly StructureStyle[], structures: readonly Named[]): Map<string, StructureStyle> {
  const found = new Map<string, StructureStyle>();
  const add = (name: string | null | undefined, style: StructureStyle): void => {
    if (name !== null && name !== undefined && !found.has(spelled(name))) found.set(spelled(name), style);
  };
  for (const style of styles) add(style.name, style);
  for (const style of styles) {
    const own = structures[style.index];
    if (own?.kind !== 'target') add(own?.standard_name, style);
  }
  return found;
}

function spelled(name: string): string {
  return name.trim().toLowerCase();
}
