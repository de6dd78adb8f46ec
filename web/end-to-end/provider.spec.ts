/** Signing in by a provider of identities that others made: `oidc-provider-mock`, at the address that RERT_TEST_OIDC names. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from './freePort';
import { PICTURES } from './snapshots';
import { launchBrowser, program, syntheticPatient } from './workbench';

const issuer = process.env['RERT_TEST_OIDC'];
if (issuer === undefined) process.stderr.write('skipped: RERT_TEST_OIDC names no provider of identities\n');

describe.skipIf(issuer === undefined)('a department with a provider of identities', () => {
  let folder: string;
  let server: ChildProcess;
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rert-provider-'));
    mkdirSync(PICTURES, { recursive: true });
    address = `http://127.0.0.1:${await freePort()}`;
    const listen = address.replace('http://', '');
    const parts = [
      `[archive]\nfolder = "${join(folder, 'archive')}"`,
      `[server]\nmode = "department"\nlisten = "${listen}"\norigin = "${address}"`,
      `[server.oidc]\nissuer = "${issuer ?? ''}"\nclient_id = "rert"\nclient_secret = "s"\nlabel = "the clinic"`,
    ];
    const file = join(folder, 'rert.toml');
    writeFileSync(file, parts.join('\n\n'));
    const account = [
      'account',
      'add',
      'roe',
      '--role',
      'physicist',
      '--all-patients',
      '--by-provider',
      '--config',
      file,
    ];
    const made = spawnSync(program, account, { encoding: 'utf8' });
    expect(made.status, made.stderr).toBe(0);
    for (const [subject, name] of [
      ['17', 'roe'],
      ['18', 'nobody-here'],
    ]) {
      const body = JSON.stringify({ preferred_username: name });
      const headers = { 'content-type': 'application/json' };
      await fetch(`${issuer ?? ''}/users/${subject ?? ''}`, { method: 'PUT', body, headers });
    }
    server = spawn(program, ['serve', '--config', file, '--import', syntheticPatient(folder, 'glioma')]);
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

  async function come(subject: string, hash = ''): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(`${address}/${hash}`, { waitUntil: 'commit' });
    await page.getByRole('button', { name: 'Sign in with the clinic' }).click();
    await page.locator('input[name=sub]').fill(subject);
    await page.getByRole('button', { name: 'Authorize' }).click();
    return page;
  }

  it('offers the provider beside passwords', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(address, { waitUntil: 'commit' });
    await page.getByRole('button', { name: 'Sign in with the clinic' }).waitFor();
    await page.getByLabel('Name').waitFor();
    writeFileSync(join(PICTURES, 'provider-sign-in.png'), await page.screenshot());
  });

  it('lets somebody in, who is then where they were', async () => {
    const page = await come('17', '#/cases');
    await page.getByRole('button', { name: /roe, physicist/ }).waitFor();
    expect(page.url()).toBe(`${address}/#/cases`);
    expect(await page.evaluate(async () => (await fetch('/api/v1/cases')).status)).toBe(200);
    writeFileSync(join(PICTURES, 'provider-signed-in.png'), await page.screenshot());
  });

  it('tells somebody without an account that they may not be let in', async () => {
    const page = await come('18');
    await page.getByText('may not be let in by that here').waitFor();
    expect(page.url()).not.toContain('provider=');
    writeFileSync(join(PICTURES, 'provider-refused.png'), await page.screenshot());
  });

  it('lets somebody confirm a signature there, and keeps what was typed', async () => {
    const page = await come('17');
    const cases = async () =>
      page.evaluate(async () => {
        const answer = (await (await fetch('/api/v1/cases')).json()) as { cases: { id: string; state: string }[] };
        return answer.cases;
      });
    await page.getByRole('button', { name: /roe, physicist/ }).waitFor();
    await expect.poll(async () => (await cases())[0]?.state, { timeout: 300_000 }).toBe('assessed');
    const id = (await cases())[0]?.id ?? '';
    await page.goto(`${address}/#/case/${id}/decision`);
    await page.getByRole('tab', { name: /Signature/ }).click();
    await page.getByLabel('Meaning').fill('read by two');
    writeFileSync(join(PICTURES, 'provider-signature.png'), await page.screenshot());
    await page.getByRole('button', { name: 'Confirm with the clinic' }).click();
    await page.locator('input[name=sub]').fill('17');
    await page.getByRole('button', { name: 'Authorize' }).click();
    await page.getByText('signature valid').waitFor();
    await page.getByText('read by two').first().waitFor();
    expect(page.url()).toBe(`${address}/#/case/${id}/decision`);
    writeFileSync(join(PICTURES, 'provider-signed.png'), await page.screenshot());
  });
});
