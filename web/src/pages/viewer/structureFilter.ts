/** Structures as a list shows them. */
import type { Assessment, JudgedConstraint } from '../../api/assessment';
import type { Verdict } from '../../api/terms';

/** The worst verdict first; an observation that is no limit to plan for does not count. */
const ORDER: readonly Verdict[] = ['exceeded', 'uncertain', 'not-evaluable', 'met'];

/** The worst of the verdicts of each structure, by its name. */
export function worstVerdicts(constraints: readonly JudgedConstraint[]): Map<string, Verdict> {
  const worst = new Map<string, Verdict>();
  for (const { structure, verdict, is_landmark } of constraints) {
    if (is_landmark) continue;
    const known = worst.get(structure);
    if (known === undefined || ORDER.indexOf(verdict) < ORDER.indexOf(known)) worst.set(structure, verdict);
  }
  return worst;
}

/** Whether a structure is meant by what was typed: all its words, in any order, in its name or its standard name. */
export function isMeant(
  structure: Pick<Assessment['structures'][number], 'name' | 'standard_name'>,
  typed: string,
): boolean {
  const words = typed.toLowerCase().split(/\s+/);
  const text = `${structure.name} ${structure.standard_name ?? ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
