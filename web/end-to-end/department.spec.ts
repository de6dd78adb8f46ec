/** A department with accounts: people sign in, see what is theirs, and what they did is written down. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from './freePort';
import { PICTURES } from './snapshots';
import { launchBrowser, program } from './workbench';

const PASSWORD = 'correct horse battery';
const ROLES = ['admin', 'physicist', 'viewer'];

describe('a department', () => {
  let folder: string;
  let server: ChildProcess;
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rert-department-'));
    mkdirSync(PICTURES, { recursive: true });
    address = `http://127.0.0.1:${await freePort()}`;
    const listen = address.replace('http://', '');
    const configuration = `[archive]\nfolder = "${join(folder, 'archive')}"\n\n[server]\nmode = "department"\nlisten = "${listen}"\norigin = "${address}"\n`;
    const file = join(folder, 'rert.toml');
    writeFileSync(file, configuration);
    for (const role of ROLES) {
      const command = ['account', 'add', role, '--role', role, '--printed-name', `Doe, ${role}`, '--config', file];
      const all = role === 'physicist' ? ['--all-patients'] : [];
      const made = spawnSync(program, [...command, ...all], { input: `${PASSWORD}\n`, encoding: 'utf8' });
      expect(made.status, made.stderr).toBe(0);
    }
    server = spawn(program, ['serve', '--config', file]);
    await new Promise<void>((resolve, reject) => {
      server.stdout?.on('data', () => resolve());
      server.on('exit', () => reject(new Error('the program ended')));
    });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser.close();
    server.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  async function signIn(name: string, password = PASSWORD): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(address, { waitUntil: 'commit' });
    await page.getByLabel('Name').fill(name);
    await page.locator('input[type=password]').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    return page;
  }

  async function picture(page: Page, name: string): Promise<void> {
    writeFileSync(join(PICTURES, `department-${name}.png`), await page.screenshot());
  }

  it('lets nobody in with a wrong password, and says nothing of accounts', async () => {
    const page = await signIn('physicist', 'something else');
    await page.getByText('are not those of an account').waitFor();
    await picture(page, 'refused');
    const answer = await page.evaluate(async () => (await fetch('/api/v1/cases')).status);
    expect(answer).toBe(401);
  });

  it('shows a physicist the cases, and forgets the session when told', async () => {
    const page = await signIn('physicist');
    await page.getByRole('button', { name: /Doe, physicist/ }).waitFor();
    await picture(page, 'physicist');
    const status = async (): Promise<number> => page.evaluate(async () => (await fetch('/api/v1/cases')).status);
    expect(await status()).toBe(200);
    await page.evaluate(async () => fetch('/api/v1/session', { method: 'DELETE' }));
    expect(await status()).toBe(401);
  });

  it('tells a viewer what the role does not include', async () => {
    const page = await signIn('viewer');
    await page.getByRole('button', { name: /Doe, viewer/ }).waitFor();
    await page
      .getByText(/Your role viewer may not/)
      .first()
      .waitFor({ state: 'attached' });
    await picture(page, 'viewer');
    const begun = await page.evaluate(async () => (await fetch('/api/v1/imports', { method: 'POST' })).status);
    expect(begun).toBe(403);
  });

  it('shows an administrator accounts and a log that holds', async () => {
    const page = await signIn('admin');
    await page.getByRole('link', { name: /Admin/ }).click();
    await page.getByText('Doe, physicist').first().waitFor();
    await picture(page, 'accounts');
    const log = await page.evaluate(async () => (await fetch('/api/v1/audit/verification')).json() as unknown);
    expect(log).toMatchObject({ broken: null });
    expect(await page.evaluate(async () => (await fetch('/api/v1/cases')).status)).toBe(403);
  });
});
