import { describe, expect, it } from 'vitest';
import { colourTable, gray, lightnessOf, neutralValue, tableIndex } from './colour';
import { type ColourRaster, type CompareMode, type PictureParts, compose } from './compose';

const WINDOW = { low: 0, high: 100 };

function composed(image: readonly number[] | null, changes: Partial<PictureParts>, columns = 4): number[] {
  const n = image?.length ?? columns;
  const out = new Uint32Array(n);
  const parts: PictureParts = {
    columns,
    pixelMm: 1,
    start: [0, 0],
    window: WINDOW,
    second: null,
    colours: [],
    image: image === null ? null : Float32Array.from(image),
    ...changes,
  };
  compose(parts, out);
  return Array.from(out);
}

function withSecond(image: readonly number[], second: readonly number[], mode: CompareMode, amount: number): number[] {
  return composed(image, { second: { values: Float32Array.from(second), window: WINDOW, mode, amount } });
}

const grayLevels = (colours: number[]): number[] => colours.map((colour) => colour & 255);
const opaqueGray = (level: number): number => (0xff000000 | (level << 16) | (level << 8) | level) >>> 0;

describe('an image', () => {
  it('is gray by its window, and black where unknown', () => {
    const values = [-5, 0, 40, 50, 100, 150];
    expect(composed([...values, NaN], {}, 7)).toEqual([
      ...values.map((value) => opaqueGray(gray(value, WINDOW))),
      opaqueGray(0),
    ]);
    expect(gray(50, WINDOW)).toBe(128);
  });

  it('that is missing leaves black', () => {
    expect(composed(null, {})).toEqual([0, 0, 0, 0].map(opaqueGray));
  });
});

describe('two images', () => {
  const [first, second] = [
    [0, 0, 100, 100],
    [100, 100, 0, 0],
  ];

  it('blend', () => {
    expect(grayLevels(withSecond(first, second, 'blend', 0))).toEqual([0, 0, 255, 255]);
    expect(grayLevels(withSecond(first, second, 'blend', 1))).toEqual([255, 255, 0, 0]);
    expect(grayLevels(withSecond(first, second, 'blend', 0.2))).toEqual([51, 51, 204, 204]);
  });

  it('alternate on squares that stay with the patient', () => {
    expect(grayLevels(withSecond([0, 0, 0, 0], [100, 100, 100, 100], 'checkerboard', 2))).toEqual([0, 0, 255, 255]);
    const moved = composed([0, 0, 0, 0], {
      start: [1, 0],
      second: { values: Float32Array.of(100, 100, 100, 100), window: WINDOW, mode: 'checkerboard', amount: 2 },
    });
    expect(grayLevels(moved)).toEqual([0, 255, 255, 0]);
  });

  it('part at the swipe line', () => {
    expect(grayLevels(withSecond([0, 0, 0, 0], [100, 100, 100, 100], 'swipe', 0.75))).toEqual([0, 0, 0, 255]);
  });

  it('differ within their windows, and where one is unknown nothing is said', () => {
    const table = colourTable('difference');
    expect(withSecond([0, 100, 50, 50], [150, 0, 50, NaN], 'difference', 0)).toEqual([
      table[255],
      table[0],
      table[128],
      opaqueGray(0),
    ]);
  });
});

describe('colours over an image', () => {
  const layer = (values: readonly number[], changes: Partial<ColourRaster>): ColourRaster => ({
    values: Float32Array.from(values),
    table: colourTable('dose'),
    from: 10,
    to: 60,
    neutral: null,
    alpha: 1,
    threshold: 10,
    strikeOut: -Infinity,
    ...changes,
  });
  const entry = (index: number, map: 'dose' | 'jacobian' = 'dose'): number => colourTable(map)[index] ?? NaN;

  it('are absent below the threshold and where unknown', () => {
    const colours = composed([0, 0, 0, 0, 0], { colours: [layer([9.99, NaN, 10, 60, 80], {})] }, 5);
    expect(colours).toEqual([opaqueGray(0), opaqueGray(0), entry(0), entry(255), entry(255)]);
  });

  it('agree with the legend', () => {
    expect(composed([0, 0, 0, 0], { colours: [layer([20, 35, 41, 59], {})] })).toEqual(
      [20, 35, 41, 59].map((value) => entry(tableIndex(value, 10, 60))),
    );
  });

  it('let the image through', () => {
    const [mixed] = composed([100], { colours: [layer([10], { alpha: 0.5 })] }, 1);
    expect((mixed ?? 0) & 255).toBe(Math.floor((255 + (entry(0) & 255)) / 2));
  });

  it('have no change in the middle, however uneven the range, and strike out folds', () => {
    const jacobian = layer([1, 0.5, 3, -0.1], {
      table: colourTable('jacobian'),
      from: 0.5,
      to: 3,
      neutral: neutralValue('jacobian'),
      threshold: -Infinity,
      strikeOut: 0,
    });
    const colours = composed([0, 0, 0, 0], { colours: [jacobian] });
    expect(colours.slice(0, 3)).toEqual([opaqueGray(0), entry(0, 'jacobian'), entry(255, 'jacobian')]);
    expect([0xffffffff, 0xff000000]).toContain(colours[3]);
  });
});

describe('colour tables', () => {
  it.each(['dose', 'displacement'] as const)('of %s grow lighter evenly', (map) => {
    const lightness = Array.from(colourTable(map), lightnessOf);
    for (let n = 1; n < 256; n += 1) expect((lightness[n] ?? 0) - (lightness[n - 1] ?? 0)).toBeGreaterThan(-0.002);
    expect((lightness[255] ?? 0) - (lightness[0] ?? 0)).toBeGreaterThan(0.5);
  });

  it.each(['difference', 'jacobian'] as const)(
    'of %s are darkest in the middle and differ in lightness at the ends',
    (map) => {
      const lightness = Array.from(colourTable(map), lightnessOf);
      expect(Math.min(...lightness)).toBeCloseTo(lightness[128] ?? 0, 2);
      expect(lightness[0]).toBeGreaterThan((lightness[128] ?? 1) + 0.3);
      expect(lightness[255]).toBeGreaterThan((lightness[0] ?? 1) + 0.1);
    },
  );
});
