/** Points of a histogram as lines of text, as they are pasted from a report: dose in Gy, then percent of the volume. */

export type DvhPoint = [gy: number, percent: number];
export type PointsEntry = { points: DvhPoint[]; reason?: undefined } | { reason: string };

export function readPoints(text: string): PointsEntry {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const points: DvhPoint[] = [];
  for (const line of lines) {
    const point = readPoint(line);
    if (point === null) return { reason: `"${line}" is not a dose in Gy and a percent of the volume, as "45 12.5".` };
    const before = points.at(-1);
    if (before !== undefined && point[0] <= before[0])
      return { reason: `The doses must rise: ${point[0]} Gy does not.` };
    if (before !== undefined && point[1] > before[1]) {
      return { reason: `The volume must not rise: ${point[1]} % at ${point[0]} Gy does.` };
    }
    points.push(point);
  }
  return { points };
}

export function pointLines(points: readonly DvhPoint[]): string {
  return points.map(([gy, percent]) => `${gy} ${percent}`).join('\n');
}

function readPoint(line: string): DvhPoint | null {
  const parts = line.split(/[\s;]+/);
  const [gy, percent] = parts.map((part) => (/^\d+(\.\d+)?$/.test(part) ? Number(part) : Number.NaN));
  const isPoint = parts.length === 2 && gy !== undefined && percent !== undefined && gy >= 0 && percent >= 0;
  return isPoint && percent <= 100 ? [gy, percent] : null;
}
