/** Where two settings differ, field by field, for a person to choose. */
import type { Settings } from '../api/settings';

export interface SettingsDifference {
  /** As `structure.2.recovery`; entries of lists count from 1. */
  path: string;
  mine: string | null;
  theirs: string | null;
}

/** All fields that differ, in the order of their paths. */
export function settingsDifferences(mine: Settings, theirs: Settings): SettingsDifference[] {
  const own = fields(mine);
  const other = fields(theirs);
  const paths = [...new Set([...own.keys(), ...other.keys()])].filter((path) => own.get(path) !== other.get(path));
  return paths.sort().map((path) => ({ path, mine: own.get(path) ?? null, theirs: other.get(path) ?? null }));
}

function fields(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (typeof value !== 'object' || value === null) {
    if (value !== undefined) found.set(path, JSON.stringify(value));
    return found;
  }
  for (const [key, part] of Object.entries(value)) {
    const name = Array.isArray(value) ? String(Number(key) + 1) : key;
    fields(part, path === '' ? name : `${path}.${name}`, found);
  }
  return found;
}
