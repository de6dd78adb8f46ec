/** 256 colours packed as a canvas holds them in memory: red in the lowest byte, then green, blue and opacity. */
export type ColourTable = Uint32Array;

/** Lightness, chroma and hue (degrees) in OKLCH at a part of the way through a table. */
type ColourPoint = readonly [part: number, lightness: number, chroma: number, hue: number];

/** Values shown from black to white. */
export interface GrayWindow {
  readonly low: number;
  readonly high: number;
}

/** Gray of a value, as the engine computes it for the report. */
export function gray(value: number, window: GrayWindow): number {
  const part = (value - window.low) / (window.high - window.low);
  return Math.round(255 * Math.min(Math.max(part, 0), 1));
}

/** The middle and the width of a window, as radiology writes it. */
export function levelAndWidth(window: GrayWindow): { level: number; width: number } {
  return { level: (window.low + window.high) / 2, width: window.high - window.low };
}

export function windowOf(level: number, width: number): GrayWindow {
  return { low: level - width / 2, high: level + width / 2 };
}

/** What a colour table is made for. */
export type ColourMap = 'dose' | 'difference' | 'jacobian' | 'displacement';

/**
 * Lightness rises or falls evenly, so that order is seen without colour; hues run from blue to yellow, which colour-blind
 * readers tell apart. The diverging tables are darkest in the middle, where nothing has changed: pictures stand on black.
 */
const POINTS: Readonly<Record<ColourMap, readonly ColourPoint[]>> = {
  dose: [
    [0, 0.4, 0.18, 280],
    [0.25, 0.49, 0.2, 312],
    [0.5, 0.62, 0.2, 362],
    [0.75, 0.76, 0.16, 415],
    [1, 0.93, 0.18, 467],
  ],
  displacement: [
    [0, 0.3, 0.07, 250],
    [0.5, 0.6, 0.12, 205],
    [1, 0.95, 0.1, 110],
  ],
  difference: [
    [0, 0.68, 0.16, 250],
    [0.5, 0.27, 0.012, 250],
    [0.5001, 0.27, 0.012, 65],
    [1, 0.84, 0.15, 72],
  ],
  jacobian: [
    [0, 0.68, 0.16, 250],
    [0.5, 0.27, 0.012, 250],
    [0.5001, 0.27, 0.012, 65],
    [1, 0.84, 0.15, 72],
  ],
};

/** The value that stands in the middle of a diverging table: no change. */
export function neutralValue(map: ColourMap): number | null {
  return map === 'jacobian' ? 1 : map === 'difference' ? 0 : null;
}

const tables = new Map<ColourMap, ColourTable>();

export function colourTable(map: ColourMap): ColourTable {
  const known = tables.get(map);
  if (known !== undefined) return known;
  const table = Uint32Array.from({ length: 256 }, (_, n) => packed(colourAt(POINTS[map], n / 255)));
  tables.set(map, table);
  return table;
}

/** Entry of a table for a value between `from` and `to`; values beyond take the last colour on their side. */
export function tableIndex(value: number, from: number, to: number): number {
  const part = (value - from) / (to - from);
  return Math.round(255 * Math.min(Math.max(part, 0), 1));
}

/** A colour of a table as CSS writes it. */
export function cssColour(table: ColourTable, index: number): string {
  const colour = table[index] ?? 0;
  return `rgb(${colour & 255} ${(colour >> 8) & 255} ${(colour >> 16) & 255})`;
}

/** Relative lightness (OKLab) of a packed colour; for the tests that tables are ordered. */
export function lightnessOf(colour: number): number {
  const [r, g, b] = [0, 8, 16].map((shift) => linearOf(((colour >> shift) & 255) / 255)) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
}

function colourAt(points: readonly ColourPoint[], part: number): readonly [number, number, number] {
  const next = points.findIndex(([at], index) => index > 0 && at >= part);
  const high = points[next] ?? points[points.length - 1];
  const low = points[next - 1] ?? points[0];
  if (low === undefined || high === undefined) return [0, 0, 0];
  const f = high[0] === low[0] ? 0 : (part - low[0]) / (high[0] - low[0]);
  const mix = (index: 1 | 2 | 3): number => low[index] + f * (high[index] - low[index]);
  return rgbOf(mix(1), mix(2), mix(3));
}

/** sRGB of an OKLCH colour. */
function rgbOf(lightness: number, chroma: number, hue: number): readonly [number, number, number] {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encoded(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function encoded(linear: number): number {
  const value = Math.min(Math.max(linear, 0), 1);
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}

function linearOf(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function packed([r, g, b]: readonly [number, number, number]): number {
  const byte = (value: number): number => Math.round(255 * value);
  return ((255 << 24) | (byte(b) << 16) | (byte(g) << 8) | byte(r)) >>> 0;
}
