import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HARM_IDS } from './harmIds';

it('the harms are those that the knowledge base has plain words for', () => {
  const text = readFileSync(new URL('../../../../knowledge/patient_page.en.toml', import.meta.url), 'utf8');
  const table = text.split(/^\[harm_words\]$/m)[1]?.split(/^\[/m)[0] ?? '';
  const known = [...table.matchAll(/^"?([a-z-]+)"? = "/gm)].map((found) => found[1]);
  expect(known.length).toBeGreaterThan(40);
  expect(HARM_IDS).toEqual(known);
});
