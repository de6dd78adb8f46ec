/** Tables as a spreadsheet reads them. */

/** Cells of RFC 4180: separated by commas, in quotes where they hold commas, quotes or line breaks. */
export function cells(table: string): string[][] {
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)/gy;
  let row: string[] = [];
  while (cell.lastIndex < table.length) {
    const at = cell.lastIndex;
    const [, quoted, plain, end] = cell.exec(table) ?? [];
    if (end === undefined) throw new Error(`the table is broken at ${JSON.stringify(table.slice(at, at + 60))}`);
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** In some languages the wide forms of these characters begin a formula as well. */
const BEGINS_FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** Whether a spreadsheet would compute a cell rather than show it. */
export function isFormula(cell: string): boolean {
  return BEGINS_FORMULA.test(cell) && !NUMBER.test(cell);
}
