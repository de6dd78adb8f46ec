import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ORGAN_NAMES, organOf } from './organNames';
import { modelsFor, RECOVERY_MODELS } from './recoveryModels';

/** The tables of one name in a file of the knowledge base, as text. */
function tables(file: string, name: string): string[] {
  const text = readFileSync(new URL(`../../../../knowledge/${file}`, import.meta.url), 'utf8');
  const parts = text.split(/^\[\[/m).filter((part) => part.startsWith(`${name}]]`));
  return parts.map((part) => part.slice(name.length + 2));
}

function field(table: string, name: string): string {
  return new RegExp(`^${name} = "(.*)"`, 'm').exec(table)?.[1] ?? '';
}

function list(table: string, name: string): string[] {
  const inside = new RegExp(`^${name} = \\[([^\\]]*)\\]`, 'm').exec(table)?.[1] ?? '';
  return [...inside.matchAll(/"([^"]*)"/g)].map((found) => found[1] ?? '');
}

it('the models of recovery are those that the knowledge base lets a person choose', () => {
  const known = tables('recovery.toml', 'recovery').filter((table) => field(table, 'status') === 'selectable');
  expect(known.length).toBeGreaterThan(5);
  expect(RECOVERY_MODELS).toEqual(
    known.map((table) => ({
      id: field(table, 'id'),
      title: field(table, 'title'),
      organs: list(table, 'organs'),
      evidence: field(table, 'evidence'),
      source: field(table, 'source'),
      note: field(table, 'note'),
    })),
  );
});

it('the names of organs are those of the knowledge base', () => {
  const known = tables('organs.toml', 'organ').map((table) => field(table, 'standard_name'));
  expect(known.length).toBeGreaterThan(50);
  expect(ORGAN_NAMES).toEqual(known);
});

it.each([
  ['OpticNrv_L', 'OpticNrv'],
  ['SpinalCord_PRV05', 'SpinalCord'],
  ['Lung_R_PRV3', 'Lung'],
  ['V_Venacava_S', 'V_Venacava_S'],
  ['Brainstem', 'Brainstem'],
])('%s is of %s', (name, organ) => {
  expect(organOf(name)).toBe(organ);
});

it('only models that were made for an organ are offered', () => {
  expect(modelsFor('SpinalCord').map(({ id }) => id)).toEqual(['umich-serial', 'abusaris-steps', 'cord-continuous']);
  expect(modelsFor('Lung_L').map(({ id }) => id)).toEqual(['umich-lung']);
  expect(modelsFor('Parotid_L')).toEqual([]);
  expect(modelsFor(null)).toEqual([]);
});
