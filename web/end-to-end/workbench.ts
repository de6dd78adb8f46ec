/** The real program and a real browser, as a person would start them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { useOtherFrontEnd } from './otherFrontEnd';
import { countRequests, unanswered } from './settled';

const root = resolve(import.meta.dirname, '../..');

/** The program: the one that RERT names, else the newest that was built. */
export const program = ((): string => {
  const named = process.env['RERT'];
  if (named !== undefined) return named;
  return join(root, 'target/debug/rert');
})();

/** A real patient beside the repository, where there is one. */
export const realPatient = ((): string | null => {
  const folder = resolve(root, '../shared/data/hn_sbrt_after_imrt/import');
  return process.env['RERT_REAL'] !== undefined && existsSync(folder) ? folder : null;
})();

const DRAWN_IN_SOFTWARE = ['--no-sandbox', '--disable-gpu'];

/** Machines that test are slow at times, most of all in writing to the disk. */
const LONGEST_WAIT_MS = 120_000;

export interface Workbench {
  page: Page;
  browser: Browser;
  context: BrowserContext;
  address: string;
  /** A folder that is gone afterwards. */
  folder: string;
  /** What the browser complained of. */
  complaints: string[];
  close: () => Promise<void>;
}

/** A folder with the objects of a synthetic patient. */
export function syntheticPatient(folder: string, patient: string): string {
  const out = join(folder, patient);
  const made = spawnSync(program, ['demo', '--patient', patient, '--out', out, '--input-only'], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`making the patient ${patient}: ${made.stderr}`);
  return join(out, 'input');
}

/** Starts the program on a new folder of cases, and opens the address that it prints. */
export async function openWorkbench(
  size = { width: 1280, height: 800 },
  colorScheme: 'light' | 'dark' = 'light',
): Promise<Workbench> {
  const folder = mkdtempSync(join(tmpdir(), 'rert-'));
  const server = spawn(program, ['serve', '--archive', join(folder, 'archive'), '--port', '0']);
  const address = await printedAddress(server);
  const browser = await launchBrowser();
  const context = await browser.newContext({ viewport: size, colorScheme, acceptDownloads: true });
  const isOther = await useOtherFrontEnd(context, new URL(address).origin);
  context.setDefaultTimeout(LONGEST_WAIT_MS);
  const page = await context.newPage();
  countRequests(page);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address, { waitUntil: 'commit' });
  // The printed address leads on to a page that is not asked for by itself, so that nothing can take its place.
  if (isOther) await page.goto(new URL(address).origin, { waitUntil: 'commit' });
  return {
    page,
    browser,
    context,
    address: new URL(address).origin,
    folder,
    complaints,
    close: async () => {
      await browser.close();
      server.kill('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a page says, waits for and complained of, for whoever looks why a test failed. */
export async function whatIsGoingOn({ page, complaints }: Workbench): Promise<string> {
  const said = await page.locator('[role=status], [role=alert], [role=dialog]').allInnerTexts();
  return JSON.stringify({ at: page.url(), said, unanswered: unanswered(page), complaints }, null, 2);
}

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: DRAWN_IN_SOFTWARE });
}

function chromiumPath(): string {
  const paths = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const found = paths.find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error('no Chromium was found; name one in CHROMIUM');
  return found;
}

async function printedAddress(server: ChildProcess): Promise<string> {
  return new Promise((resolvePromise, reject) => {
    let said = '';
    server.stdout?.on('data', (piece: Buffer) => {
      said += piece.toString();
      const address = /http:\/\/\S+/.exec(said);
      if (address !== null) resolvePromise(address[0]);
    });
    server.stderr?.on('data', (piece: Buffer) => (said += piece.toString()));
    server.on('exit', () => reject(new Error(`the program ended: ${said}`)));
  });
}

interface JobAnswer {
  id: string;
  case: string | null;
  state: string;
  ended: string | null;
  error: { message: string } | null;
}

/** Takes a folder in and assesses it, by the interface of the server: what people do by hand has a test of its own. */
export async function importFolder(workbench: Workbench, folder: string): Promise<string> {
  const id = await takeIn(workbench, folder);
  await assess(workbench, id);
  return id;
}

/** Makes a case of the files of a folder. */
export async function takeIn(workbench: Workbench, folder: string, label = 'end to end'): Promise<string> {
  const { context, address } = workbench;
  const imports = `${address}/api/v1/imports`;
  const begun = (await (await context.request.post(imports)).json()) as { id: string };
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const data = readFileSync(join(entry.parentPath, entry.name));
    await context.request.put(`${imports}/${begun.id}/files?path=${encodeURIComponent(entry.name)}`, {
      data,
      headers: { 'content-type': 'application/octet-stream' },
    });
  }
  const finished = await context.request.post(`${imports}/${begun.id}/finish`, { data: { label } });
  const imported = await ended(workbench, (await finished.json()) as JobAnswer);
  if (imported.case === null) throw new Error('the import made no case');
  return imported.case;
}

export async function assess(workbench: Workbench, id: string): Promise<void> {
  const assessing = await workbench.context.request.post(`${workbench.address}/api/v1/cases/${id}/assessment`);
  await ended(workbench, (await assessing.json()) as JobAnswer);
}

async function ended({ context, address }: Workbench, job: JobAnswer): Promise<JobAnswer> {
  for (;;) {
    const now = (await (await context.request.get(`${address}/api/v1/jobs/${job.id}`)).json()) as JobAnswer;
    if (now.ended !== null) {
      if (now.state !== 'done') throw new Error(`a job ended as ${now.state}: ${now.error?.message ?? ''}`);
      return now;
    }
    await new Promise((later) => setTimeout(later, 250));
  }
}

/** Waits until so many assessments have ended since the program began, and nothing is under way. */
export async function assessments({ context, address }: Workbench, wanted: number): Promise<void> {
  for (;;) {
    const answer = await context.request.get(`${address}/api/v1/jobs`);
    const { jobs } = (await answer.json()) as { jobs: (JobAnswer & { kind: string })[] };
    const ended = jobs.filter(({ kind, ended }) => kind === 'assessment' && ended !== null);
    if (ended.length >= wanted && jobs.every(({ ended }) => ended !== null)) return;
    await new Promise((later) => setTimeout(later, 250));
  }
}
