/** Texts of objects and of people are shown as they are written, and nothing of them acts: in the workbench, in tables and in reports. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Settings } from '../src/api/settings';
import { cells, isFormula } from './csvTable';
import { everyCorner } from './everyCorner';
import { look, watch, type Watch } from './hazards';
import { hostileSettings } from './hostileSettings';
import { withHostileText } from './hostileText';
import { MARK, PAYLOADS, readable } from './payloads';
import { pdfProblems } from './pdfStructure';
import { assess, openWorkbench, program, syntheticPatient, takeIn, type Workbench } from './workbench';
import { isSafeName, zipNames } from './zipNames';

const LABEL = `<img src=x onerror=${MARK}=1>"'\r\nX-Label: ${MARK}\r\n\u2066\u202e`;
/** How many of the payloads stand on a page at least, with all its corners opened. */
const LEAST = { cases: 60, timeline: 30, alignment: 60, dose: 60, organs: 60, budget: 10, decision: 30 };
const FILES = [
  'assessment.json',
  'dvh.csv',
  'case.toml',
  'registry.json',
  'registry.csv',
  'registry.fhir.json',
  'dicom.zip',
];

describe('hostile texts', () => {
  let workbench: Workbench;
  let watching: Watch;
  let api: string;
  let caseId: string;
  let hostileFolder: string;
  let settings: Settings;

  beforeAll(async () => {
    workbench = await openWorkbench();
    watching = await watch(workbench.context, workbench.address);
    hostileFolder = join(workbench.folder, 'hostile');
    withHostileText(syntheticPatient(workbench.folder, 'glioma'), hostileFolder);
    caseId = await takeIn(workbench, hostileFolder, LABEL);
    api = `${workbench.address}/api/v1/cases/${caseId}`;
    await putSettings();
    await assess(workbench, caseId);
    const [name, role, meaning] = PAYLOADS.slice(21).map(({ text }) => text);
    const signed = await workbench.context.request.post(`${api}/signature`, { data: { name, role, meaning } });
    expect(signed.ok()).toBe(true);
  });

  afterAll(async () => {
    await workbench.close();
  });

  async function putSettings(): Promise<void> {
    const { request } = workbench.context;
    const read = (await (await request.get(`${api}/settings`)).json()) as { settings: Settings; etag: string };
    settings = hostileSettings(read.settings, await regionNames());
    const headers = { 'if-match': read.etag };
    const put = await request.put(`${api}/settings`, { data: { settings }, headers });
    expect(put.status()).toBe(200);
  }

  /** As the server reads them, since settings name regions that way. */
  async function regionNames(): Promise<string[]> {
    interface Course {
      role: string;
      structures: { name: string }[];
    }
    const { patients } = JSON.parse(text((await answer('contents')).body)) as { patients: { courses: Course[] }[] };
    expect(patients.length).toBe(1);
    const current = patients[0]?.courses.find(({ role }) => role === 'current');
    return current?.structures.map(({ name }) => name) ?? [];
  }

  async function answer(path: string) {
    const response = await workbench.context.request.get(`${api}/${path}`);
    expect(response.status()).toBe(200);
    return { body: await response.body(), headers: response.headers() };
  }

  it.each(Object.entries(LEAST))('stay texts on the page %s', async (name, least) => {
    const { page, address, complaints } = workbench;
    await page.goto(`${address}/#/${name === 'cases' ? 'cases' : `case/${caseId}/${name}`}`, { waitUntil: 'commit' });
    // What the former page left may not hide anything.
    await page.reload({ waitUntil: 'commit' });
    const hazards = new Set<string>();
    const words = new Set<string>();
    await everyCorner(page, async (corner) => {
      const sight = await look(page);
      sight.words.forEach((word) => words.add(word));
      sight.hazards.forEach((hazard) => hazards.add(hazard));
      watching.take().forEach((seen) => hazards.add(`${seen} (${corner})`));
    });
    expect([...hazards]).toEqual([]);
    expect(complaints).toEqual([]);
    expect(nRead(words)).toBeGreaterThanOrEqual(least);
  });

  it('all come through the interface, and the settings as they were sent', async () => {
    const words = ['contents', 'assessment'].map(async (path) => strings(JSON.parse(text((await answer(path)).body))));
    expect(nRead((await Promise.all(words)).flat())).toBe(PAYLOADS.length);
    const back = JSON.parse(text((await answer('settings')).body)) as { settings: Settings };
    expect(withReadable(back.settings)).toEqual(withReadable(settings));
  });

  it.each(['dvh.csv', 'registry.csv'])('are no formula in %s', async (name) => {
    const rows = cells(text((await answer(`files/${name}`)).body));
    expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
    expect(rows.length).toBeGreaterThan(100);
    expect([...new Set(rows.flat().filter(isFormula))]).toEqual([]);
  });

  it('leave the PDF whole and without actions', async () => {
    expect(pdfProblems((await answer('files/report.pdf')).body)).toEqual([]);
  });

  it.each(['report.html', 'patient.html'])('stay texts in %s, from the server and from a disk', async (name) => {
    const { page } = workbench;
    const { headers, body } = await answer(`files/${name}`);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';.*; sandbox$/);
    await page.goto(`${api}/files/${name}`);
    expect([...(await look(page)).hazards, ...watching.take()]).toEqual([]);
    const saved = join(workbench.folder, name);
    writeFileSync(saved, body);
    const sight = await fromDisk(saved);
    expect(sight.hazards).toEqual([]);
    if (name === 'report.html') expect(nRead(sight.words)).toBe(PAYLOADS.length);
  });

  it.each([...FILES, 'report.pdf', 'report.html', 'patient.html'])('do not change what %s is called', async (name) => {
    const { headers } = await answer(`files/${name}`);
    expect(headers['content-disposition']).toMatch(new RegExp(`^(inline|attachment); filename="rert-${name}"$`));
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(JSON.stringify(headers)).not.toContain(MARK);
  });

  it('name no file of the archive', async () => {
    const names = zipNames((await answer('files/dicom.zip')).body);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !isSafeName(name))).toEqual([]);
  });

  it('do not steer a terminal', () => {
    const { stdout, stderr } = spawnSync(program, ['inspect', hostileFolder], { encoding: 'utf8' });
    expect(readable(stdout)).toContain(readable('<svg onload=window.rert_pwn=3>'));
    expect(`${stdout}${stderr}`.match(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu) ?? []).toEqual([]);
  });

  /** A report that was stored and is opened again has no server that protects it. */
  async function fromDisk(path: string) {
    const context = await workbench.browser.newContext();
    const page = await context.newPage();
    const fileWatch = await watch(context, 'file://');
    await page.goto(`file://${path}`);
    const sight = await look(page);
    await context.close();
    return { words: sight.words, hazards: [...sight.hazards, ...fileWatch.take()] };
  }
});

function text(bytes: Buffer): string {
  return bytes.toString('utf8');
}

/** How many of the payloads can be read. */
function nRead(words: Iterable<string>): number {
  const all = readable([...words].join(' '));
  return PAYLOADS.filter((payload) => all.includes(readable(payload.text))).length;
}

/** All texts of a JSON document. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...strings(inner)]);
}

function withReadable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
    typeof inner === 'string' ? readable(inner) : inner,
  );
}
