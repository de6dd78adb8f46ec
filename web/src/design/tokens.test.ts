import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contrast } from './contrast';
import { N_SERIES, structureColour, structureDash } from './palette';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** The hexadecimal tokens of the block that the theme stands in. */
function tokensOf(theme: string): Map<string, string> {
  const start = css.indexOf(`data-theme='${theme}'] {`);
  const block = css.slice(start, css.indexOf('}', start));
  return new Map(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', colour = '']) => [name, colour]),
  );
}

const SURFACES = ['surface', 'surface-raised', 'surface-sunken'];
const STATES = ['met', 'exceeded', 'uncertain', 'unknown', 'warn', 'refuse', 'note'];

/** Pairs of text and what it stands on. */
const TEXT_PAIRS = [
  ...SURFACES.flatMap((ground) => ['text', 'text-muted', 'accent', ...STATES].map((ink) => [ink, ground] as const)),
  ...STATES.flatMap((state) => [[state, `${state}-soft`] as const, ['text', `${state}-soft`] as const]),
  ['accent-text', 'accent'] as const,
  ['accent', 'accent-soft'] as const,
  ['text', 'accent-soft'] as const,
  ['text-muted', 'accent-soft'] as const,
];

/** Pairs of lines and what they stand on: edges of controls, and the focus. */
const GRAPHIC_PAIRS = SURFACES.flatMap((ground) => ['border-strong', 'focus'].map((line) => [line, ground] as const));

describe.each(['light', 'dark'])('the %s theme', (theme) => {
  const tokens = tokensOf(theme);
  const ratio = (one: string, other: string): number => contrast(tokens.get(one) ?? '', tokens.get(other) ?? '');

  it.each(TEXT_PAIRS)('%s is readable on %s', (ink, ground) => {
    expect(ratio(ink, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(GRAPHIC_PAIRS)('%s is visible on %s', (line, ground) => {
    expect(ratio(line, ground)).toBeGreaterThanOrEqual(3);
  });

  it.each(Array.from({ length: N_SERIES }, (_, index) => index))('the line of series %i is visible', (index) => {
    for (const ground of [...SURFACES.map((name) => tokens.get(name) ?? ''), '#000000', '#ffffff']) {
      expect(contrast(structureColour(index), ground)).toBeGreaterThanOrEqual(3);
    }
  });
});

it('both themes define the same colours', () => {
  expect([...tokensOf('dark').keys()].sort()).toEqual([...tokensOf('light').keys()].sort());
});

it('the contrast of black and white is 21', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(() => contrast('#000', '#ffffff')).toThrow('#rrggbb');
});

it('no two structures share colour and dashes before 48', () => {
  const looks = Array.from({ length: 48 }, (_, index) => `${structureColour(index)} ${structureDash(index)}`);
  expect(new Set(looks).size).toBe(48);
});
