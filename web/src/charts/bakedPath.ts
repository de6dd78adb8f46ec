/** Paths in the pixels of the picture, for programs that know no strokes that keep their width under a transformation. */

/** `matrix(a b c d e f)` as SVG names it. */
export interface Matrix {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
}

/** A path of straight lines with absolute places (M, L, Z), moved by a matrix; nothing for any other path. */
export function bakedPath(path: string, matrix: Matrix): string | null {
  if (!/^[MLZ\d\s.,eE+-]*$/.test(path)) return null;
  const parts = path.match(/[MLZ]|-?[\d.]+(?:e[+-]?\d+)?/g) ?? [];
  let baked = '';
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? '';
    if (part === 'M' || part === 'L' || part === 'Z') {
      baked += part;
      continue;
    }
    const [x, y] = [Number(part), Number(parts[index + 1])];
    if (!Number.isFinite(x) || !Number.isFinite(y)) return null;
    baked += `${shortened(matrix.a * x + matrix.c * y + matrix.e)} ${shortened(matrix.b * x + matrix.d * y + matrix.f)}`;
    index += 1;
  }
  return baked;
}

function shortened(value: number): string {
  return String(Math.round(value * 100) / 100);
}
