/** What the other tests rely on notices what it is there to notice. */
import { deflateSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cells, isFormula } from './csvTable';
import { type Element, parse, textElement, write } from './dicomObject';
import { look, watch, type Watch } from './hazards';
import { palettePng } from './palettePng';
import { PAYLOADS } from './payloads';
import { pdfProblems } from './pdfStructure';
import { compared, SHARE } from './snapshots';
import { launchBrowser } from './workbench';
import { isSafeName } from './zipNames';

describe('texts that are not treated as text', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let watching: Watch;

  beforeAll(async () => {
    browser = await launchBrowser();
    context = await browser.newContext();
    page = await context.newPage();
    watching = await watch(context, 'http://127.0.0.1');
    await context.route('http://127.0.0.1/', (route) => route.fulfill({ contentType: 'text/html', body: '<p>empty' }));
    await context.route('**/rert.invalid/**', (route) => route.abort());
  });

  afterAll(async () => {
    await browser.close();
  });

  async function hazardsOf(html: string): Promise<string[]> {
    await page.goto('http://127.0.0.1/');
    await page.setContent(`<!doctype html><meta charset="utf-8"><body>${html}`, { waitUntil: 'commit' });
    await page.waitForTimeout(20);
    const sight = await look(page);
    return [...sight.hazards, ...watching.take()];
  }

  /** What goes elsewhere leaves a page that cannot be used again. */
  async function withNewPage<T>(act: () => Promise<T>): Promise<T> {
    const former = page;
    page = await context.newPage();
    watching.take();
    const result = await act();
    await page.close();
    page = former;
    return result;
  }

  const ofHtml = PAYLOADS.filter(({ text }) => /<[a-z!]/i.test(text));

  it.each(ofHtml)('are noticed in a document: $what', async ({ what, text }) => {
    const noticed = () => hazardsOf(text);
    expect(await (what === 'redirection' ? withNewPage(noticed) : noticed())).not.toEqual([]);
  });

  const ofAttributes = PAYLOADS.filter(({ what }) => /^(end of an attribute|style attribute)/.test(what));

  it.each(ofAttributes)('are noticed in an attribute: $what', async ({ text }) => {
    const quote = text.includes("'") ? "'" : '"';
    expect(await hazardsOf(`<p title=${quote}${text}${quote}>cord</p>`)).not.toEqual([]);
  });

  it.each(PAYLOADS.filter(({ text }) => /^(javascript|data):|^\/\//.test(text)))(
    'are noticed as an address: $what',
    async ({ text }) => expect(await hazardsOf(`<a href="${text}">cord</a>`)).not.toEqual([]),
  );

  it('are not noticed once they are escaped', async () => {
    const rows = PAYLOADS.map(({ text }) => {
      const escaped = Array.from(text, (character) => `&#${character.codePointAt(0) ?? 32};`).join('');
      return `<p title="${escaped}"><bdi>${escaped}</bdi> 45.3 Gy</p>`;
    });
    expect(await hazardsOf(rows.join(''))).toEqual([]);
  });

  it('are noticed by what they ask', async () => {
    expect(await hazardsOf('<script>alert(1)</script>')).toContainEqual('a dialog: 1');
    expect(await hazardsOf('<img src="http://rert.invalid/rert_pwn">')).toContainEqual(
      'a request to http://rert.invalid/rert_pwn',
    );
  });

  it('are noticed where they turn words round', async () => {
    expect(await hazardsOf('<p><b>cord \u202e</b> 45.3 Gy</p>')).toEqual(['"45.3 Gy" is written backwards']);
    expect(await hazardsOf('<p><bdi>cord \u202e</bdi> 45.3 Gy</p>')).toEqual([]);
  });
});

describe('a table', () => {
  it('has the cells that a spreadsheet reads', () => {
    expect(cells('a,"b ""c"", d"\n1,"two\nlines"\r\n')).toEqual([
      ['a', 'b "c", d'],
      ['1', 'two\nlines'],
    ]);
    expect(() => cells('"a"b,c\n')).toThrow();
  });

  it.each(['=1+1', '+cmd', '-cmd', '@SUM(1)', '\t=1', '\r=1', '\uff1d1', '-1+2'])('has a formula in %j', (cell) => {
    expect(isFormula(cell)).toBe(true);
  });

  it.each(['-1', '+2.5', '-1.5e-3', "'=1+1", 'cord', '', '1-2'])('has none in %j', (cell) => {
    expect(isFormula(cell)).toBe(false);
  });
});

describe('a PDF', () => {
  const stream = (bytes: Buffer, more = '') =>
    `<</Length ${bytes.length}${more}>>\nstream\n${bytes.toString('latin1')}\nendstream`;
  const packed = (content: string) => stream(deflateSync(Buffer.from(content)), '/Filter/FlateDecode');

  it('is whole where nothing is wrong with it', () => {
    const title = '<</Title(\\(/JS a \\) (b) >>endobj)>>';
    expect(pdfProblems(pdf(['<</Type/Catalog>>', title, packed('BT (/JS) Tj ET')]))).toEqual([]);
  });

  it.each([
    ['<</Title(a)>>endobj 1 0 obj<</S/JavaScript/JS(rert_pwn)>>', 'something stands behind its end'],
    ['<</Title(a)/OpenAction<</S/GoTo>>>>', 'it acts by /OpenAction'],
    ['<</Title(a)/A<</S/L#61unch/F(rert_pwn)>>>>', 'it acts by /Launch'],
    [packed('/A <</S/URI>>'), 'its stream acts by /URI'],
    [stream(Buffer.from('abc')).replace('Length 3', 'Length 2'), 'its stream has another length than it says'],
    ['<</Title(a>>', 'it does not end'],
  ])('is not with %j', (object, problem) => {
    expect(pdfProblems(pdf(['<</Type/Catalog>>', object]))).toContainEqual(`object 2: ${problem}`);
  });

  it('is not where its end is missing', () => {
    expect(pdfProblems(pdf(['<</Type/Catalog>>']).subarray(0, -10))).not.toEqual([]);
  });
});

describe('a name in an archive', () => {
  it.each(['../a.dcm', '/etc/passwd', 'a/../../b', 'a\\b', 'C:/a', 'a/\u202eb', 'a/<b>.dcm', ''])(
    '%j is unsafe',
    (name) => {
      expect(isSafeName(name)).toBe(false);
    },
  );

  it('is safe where it stays below the folder', () => {
    expect(isSafeName('dose/background_eqd2_ab2.5.dcm')).toBe(true);
  });
});

describe('a DICOM object', () => {
  it.each([true, false])('is written as it was read, with sequences that a delimiter ends: %s', (isOpen) => {
    const inner: Element = sequence('30060040', isOpen, [textElement('30060050', 'DS', '1\\2\\3')]);
    const object = {
      preamble: Buffer.from(`${'\0'.repeat(128)}DICM`, 'latin1'),
      elements: [
        textElement('00100010', 'PN', 'odd'),
        sequence('30060039', isOpen, [inner]),
        textElement('7fe00010', 'UT', 'x'),
      ],
    };
    const written = write(object);
    expect(parse(written)).toEqual(object);
    expect(write(parse(written)).equals(written)).toBe(true);
  });
});

describe('a picture', () => {
  const [width, height] = [1280, 800];

  /** Grey, with something drawn. */
  function picture(draw: (x: number, y: number) => boolean): PNG {
    const png = new PNG({ width, height });
    for (let at = 0; at < width * height; at++) {
      const isDrawn = draw(at % width, Math.floor(at / width));
      png.data.set(isDrawn ? [30, 130, 200, 255] : [120, 120, 120, 255], 4 * at);
    }
    return png;
  }
  const grey = picture(() => false);

  it('is alike where it is the same, and where a few pixels differ', () => {
    const n = Math.floor(SHARE * width * height);
    const line = (length: number): PNG => picture((x, y) => y === 5 && x < length);
    expect(compared(line(0), grey)).toMatchObject({ isAlike: true, n: 0 });
    expect(compared(line(n), grey)).toMatchObject({ isAlike: true, n });
    expect(compared(line(n + 1), grey)).toMatchObject({ isAlike: false, n: n + 1 });
  });

  it.each([
    ['a line of one pixel across a tenth of the page', (x: number, y: number) => x === 2 * y && x < 600],
    ['the outline of a small organ', (x: number, y: number) => Math.abs(Math.hypot(x - 400, y - 300) - 24) < 0.7],
  ])('is not alike without %s', (_, draw) => {
    expect(compared(picture(draw), grey).isAlike).toBe(false);
  });

  it('is not alike where it has another size', () => {
    expect(compared(new PNG({ width: 1280, height: 801 }), grey).isAlike).toBe(false);
  });

  it('keeps its look with a palette', () => {
    const coloured = new PNG({ width, height });
    for (let at = 0; at < width * height; at++) {
      const [x, y] = [at % width, Math.floor(at / width)];
      coloured.data.set(x < 640 ? [255, 255, 255, 255] : [y >> 2, y >> 3, 255 - (y >> 2), 255], 4 * at);
    }
    const written = palettePng(coloured);
    expect(compared(PNG.sync.read(written), coloured).n).toBe(0);
    expect(written.length).toBeLessThan(PNG.sync.write(coloured).length);
    expect([...PNG.sync.read(written).data.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
  });
});

function sequence(tag: string, isOpen: boolean, elements: Element[]): Element {
  return { tag, vr: 'SQ', content: { kind: 'sequence', isOpen, items: [{ isOpen, elements }] } };
}

/** A PDF of some objects, with a table that tells where they are. */
function pdf(objects: string[]): Buffer {
  let file = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries.join('')}`;
  return Buffer.from(`${file}${table}trailer\n<</Root 1 0 R>>\nstartxref\n${file.length}\n%%EOF\n`, 'latin1');
}
