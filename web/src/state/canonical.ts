/** Settings as text that is the same for the same settings. */

/** JSON with sorted keys; fields that are undefined are left out, as the server reads them. */
export function canonical(value: unknown): string {
  if (value === undefined) return 'null';
  return JSON.stringify(value, (_, part: unknown) => (isRecord(part) ? sorted(part) : part));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
