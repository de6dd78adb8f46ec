import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { expect, it } from 'vitest';
import { known } from './knownNames';

type Block = Record<string, unknown>;

function read(file: string): string {
  return readFileSync(new URL(`../../../../../knowledge/${file}.toml`, import.meta.url), 'utf8');
}

/** The blocks `[[name]]` of a file of the knowledge base, with the fields that are written on one line. */
function blocks(file: string, name: string): Block[] {
  const [, ...parts] = read(file).split(/^\[\[/m);
  return parts.filter((part) => part.startsWith(`${name}]]`)).map(fields);
}

function fields(part: string): Block {
  const lines = [...part.matchAll(/^(\w+) = (.+)$/gm)];
  return Object.fromEntries(lines.flatMap(([, key = '', value = '']) => parsed(key, value)));
}

function parsed(key: string, value: string): [string, unknown][] {
  try {
    return [[key, JSON.parse(value)]];
  } catch {
    return [];
  }
}

/** Scales stand below their instrument, and items below their scale. */
function instruments(): unknown[] {
  const [, ...parts] = read('outcomes').split(/^\[\[instrument\]\]$/m);
  return parts.map((part) => {
    const { id, title } = fields(part.split(/^\[\[/m)[0] ?? '');
    return { id, title, highest: highestOf(part) };
  });
}

function highestOf(instrument: string): Record<string, number> {
  const scales = instrument.split(/^\[\[/m).filter((part) => part.startsWith('instrument.scale]]'));
  const pairs = scales.flatMap((scale) => {
    const { items, range } = fields(scale) as { items: number[]; range: number };
    return items.map((item) => [String(item), range + 1] as const);
  });
  return Object.fromEntries(pairs.sort(([a], [b]) => Number(a) - Number(b)));
}

function fromKnowledge(): unknown {
  const classes = new Map(blocks('systemic_therapy', 'drug_class').map(({ id, title }) => [id, title]));
  const measures = blocks('imaging', 'criterion').map((one) => ({
    modality: one['modality'],
    measure: one['measure'],
    unit: one['unit'],
    also_measure: one['also_measure'] ?? null,
    also_unit: one['also_unit'] ?? null,
  }));
  return {
    drugs: blocks('systemic_therapy', 'drug').map((drug) => ({
      name: drug['name'],
      class: classes.get(drug['class']),
    })),
    terms: blocks('outcomes', 'toxicity').map(({ id, term, soc, grades }) => ({ id, term, soc, grades })),
    measures: [...new Map(measures.map((one) => [`${String(one.modality)} ${String(one.measure)}`, one])).values()],
    instruments: instruments(),
    rbe_models: blocks('rbe', 'rbe_model').map(({ id, title }) => ({ id, title })),
  };
}

/** `npx vitest run knownNames -u` writes the file anew after the knowledge base has changed. */
it('the names are those of the knowledge base', async () => {
  const json = await format(JSON.stringify(fromKnowledge()), { parser: 'json', printWidth: 120 });
  await expect(json).toMatchFileSnapshot('./knownNames.json');
});

it('nothing is missing in what was read', () => {
  expect(known.drugs.length).toBeGreaterThan(50);
  expect(known.drugs.every(({ class: title }) => typeof title === 'string')).toBe(true);
  expect(known.terms.find(({ id }) => id === 'dry-mouth')?.grades).toEqual([1, 2, 3]);
  expect(Object.keys(known.instruments.find(({ id }) => id === 'qlq-c30')?.highest ?? {})).toHaveLength(30);
  expect(known.rbe_models.map(({ id }) => id)).toEqual(['mcnamara', 'wedenberg', 'carabe']);
});
