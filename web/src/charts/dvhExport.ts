/** The legend of a dose–volume chart in words, for its tools and for exported pictures. */
import type { CourseSummary } from '../api/assessment';
import { DASHES, SUM_STYLE, courseStyle } from './courseStyle';
import { isBound, type DvhStructure } from './dvhData';
import type { LegendEntry } from './exportChart';
import { NOT_KNOWN, plain, withUnit } from './wording';

interface DvhKey {
  kind: 'cumulative' | 'prior' | 'current' | 'band' | 'bound' | 'stored';
  label: string;
}

/** What the lines of the shown structures mean, only those that occur. */
export function dvhKeys(
  shown: readonly DvhStructure[],
  courses: readonly CourseSummary[],
  hasStored: boolean,
): LegendEntry[] {
  const has = (role: DvhKey['kind']): boolean =>
    shown.some((structure) => structure.lines.some((line) => line.role === role));
  const keys: [boolean, DvhKey][] = [
    [has('cumulative'), { kind: 'cumulative', label: 'all courses' }],
    [has('prior'), { kind: 'prior', label: 'prior course' }],
    [has('current'), { kind: 'current', label: 'current course' }],
    [shown.some((structure) => structure.band !== null), { kind: 'band', label: '5–95 % band' }],
    [shown.some(isBound), { kind: 'bound', label: 'only bounds known: the curve lies in the hatched part' }],
    [hasStored, { kind: 'stored', label: 'before the trial' }],
  ];
  // A structure on its own has a colour for each course, several have one dash for all prior courses.
  const named = shown.length === 1 ? courses : [];
  return keys.flatMap(([occurs, key]) => (occurs ? keyEntries(key, named) : []));
}

/** Names of the structures, to be written below an exported picture. */
export function dvhNames(shown: readonly DvhStructure[], colourOf: (structure: DvhStructure) => string): LegendEntry[] {
  const isAlone = shown.length === 1;
  return shown.map((structure): LegendEntry => {
    const alphaBeta = structure.alphaBetaGy === null ? NOT_KNOWN : withUnit(plain(structure.alphaBetaGy), 'Gy');
    const bound = isBound(structure) ? ', only bounds' : '';
    const label = `${structure.index + 1} ${structure.name} (α/β ${alphaBeta}${bound})`;
    return {
      label,
      colour: isAlone ? SUM_STYLE.colour : colourOf(structure),
      dash: '',
      mark: isAlone ? 'none' : 'line',
    };
  });
}

function keyEntries(key: DvhKey, courses: readonly CourseSummary[]): LegendEntry[] {
  const own = courses.filter((course) => course.role === key.kind);
  if (own.length > 0) {
    return own.map((course) => {
      const style = courseStyle(course.id, courses);
      return { label: `${course.id}, ${course.role}`, colour: style.colour, dash: style.dash, mark: 'line' };
    });
  }
  const dash = key.kind === 'prior' || key.kind === 'current' ? DASHES[key.kind] : '';
  const mark =
    key.kind === 'band' ? 'area' : key.kind === 'bound' ? 'hatch' : key.kind === 'stored' ? 'thin-line' : 'line';
  const colour = courses.length > 0 ? SUM_STYLE.colour : 'var(--text)';
  return [{ label: key.label, colour, dash, mark }];
}
