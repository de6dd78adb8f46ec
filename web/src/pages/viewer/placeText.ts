/** Places as people write them: three numbers in millimetres. */
import { number } from '../../design/quantity';
import type { Vec3 } from '../../planes/vector';

/** `12.0, −34.5, 6.0`. */
export function placeText(position: Vec3): string {
  return position.map((value) => number(value, 1)).join(', ');
}

/** Three numbers, separated by commas, semicolons or spaces; null for anything else. */
export function readPlace(text: string): Vec3 | null {
  const parts = text
    .replaceAll('\u2212', '-')
    .replace(/\s*mm\s*$/i, '')
    .trim()
    .split(/[\s,;]+/);
  const [x, y, z] = parts.map(Number);
  const isPlace = parts.length === 3 && parts.every((part) => part !== '' && Number.isFinite(Number(part)));
  return isPlace ? [x as number, y as number, z as number] : null;
}
