/** Pictures of at most 256 colours, which need a third of the room. */
import { crc32, deflateSync } from 'node:zlib';

export interface Pixels {
  width: number;
  height: number;
  /** Red, green, blue and opacity of each pixel. */
  data: Uint8Array;
}

const N_COLOURS = 256;
/** So many of the colours that cover most are kept as they are; the others share the rest of the palette. */
const N_EXACT = 64;

/** Colours that are alike in their upper bits; together they become one colour of the palette. */
interface Box {
  bins: Bin[];
}

interface Bin {
  key: number;
  n: number;
  sum: [number, number, number];
}

/** Writes a picture as PNG with a palette. */
export function palettePng({ width, height, data }: Pixels): Buffer {
  const bins = [...countedBins(data).values()].sort((a, b) => b.n - a.n);
  const exact = bins.slice(0, N_EXACT).map(meanColour);
  const colours = [...exact, ...split(bins.slice(N_EXACT)).map(middleColour)];
  const palette = Buffer.from(colours.flat().map(Math.round));
  const indices = new Map(bins.map((bin) => [bin.key, nearest(colours, bin)]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < width * height; at++) {
    const row = Math.floor(at / width);
    rows[at + row + 1] = indices.get(keyOf(data, at)) ?? 0;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits each, by palette.
  head.set([8, 3], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const content = deflateSync(rows, { level: 9, memLevel: 9 });
  return Buffer.concat([signature, part('IHDR', head), part('PLTE', palette), part('IDAT', content), part('IEND')]);
}

function part(name: string, content = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** Six bits of each colour. */
function keyOf(data: Uint8Array, at: number): number {
  const bits = (channel: number) => (data[4 * at + channel] ?? 0) >> 2;
  return (bits(0) << 12) | (bits(1) << 6) | bits(2);
}

function countedBins(data: Uint8Array): Map<number, Bin> {
  const bins = new Map<number, Bin>();
  for (let at = 0; at < data.length / 4; at++) {
    const key = keyOf(data, at);
    const bin = bins.get(key) ?? { key, n: 0, sum: [0, 0, 0] };
    bins.set(key, bin);
    bin.n += 1;
    bin.sum.forEach((sum, channel) => (bin.sum[channel as 0 | 1 | 2] = sum + (data[4 * at + channel] ?? 0)));
  }
  return bins;
}

function meanColour({ n, sum }: Bin): number[] {
  return sum.map((value) => value / n);
}

/** Half way between the outermost colours, so that none is far from it; a colour that stands alone stays as it is. */
function middleColour({ bins }: Box): number[] {
  return [0, 1, 2].map((channel) => {
    const values = bins.map((bin) => colour(bin, channel));
    return (Math.max(...values) + Math.min(...values)) / 2;
  });
}

function nearest(colours: readonly number[][], bin: Bin): number {
  const distances = colours.map((one) => Math.hypot(...one.map((value, channel) => value - colour(bin, channel))));
  return distances.indexOf(Math.min(...distances));
}

/** Halves the box whose colours lie furthest apart, until there are as many boxes as the palette has room for. */
function split(bins: Bin[]): Box[] {
  const boxes = bins.length > 0 ? [withSpread(bins)] : [];
  while (boxes.length > 0 && boxes.length < N_COLOURS - N_EXACT) {
    const widest = boxes.reduce((best, box) => (box.spread > best.spread ? box : best));
    if (widest.spread === 0) break;
    const sorted = widest.bins.toSorted((a, b) => colour(a, widest.channel) - colour(b, widest.channel));
    const middle = (colour(sorted[0], widest.channel) + colour(sorted.at(-1), widest.channel)) / 2;
    const n = sorted.findIndex((bin) => colour(bin, widest.channel) > middle);
    boxes.splice(boxes.indexOf(widest), 1, withSpread(sorted.slice(0, n)), withSpread(sorted.slice(n)));
  }
  return boxes;
}

function colour(bin: Bin | undefined, channel: number): number {
  return bin === undefined ? 0 : (bin.sum[channel] ?? 0) / bin.n;
}

function withSpread(bins: Bin[]): Box & { channel: number; spread: number } {
  const spreads = [0, 1, 2].map((channel) => {
    const values = bins.map((bin) => colour(bin, channel));
    return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  });
  const spread = Math.max(...spreads);
  return { bins, spread, channel: spreads.indexOf(spread) };
}
