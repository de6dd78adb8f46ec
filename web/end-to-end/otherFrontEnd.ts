/** Another build of the front end than the one within the program, so that pages can be tested without building the program anew. */
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { BrowserContext } from 'playwright-core';

const KINDS: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Serves the files of a folder under the policy of the program, where RERT_DIST names a folder; tells whether it does. */
export async function useOtherFrontEnd(context: BrowserContext, origin: string): Promise<boolean> {
  const folder = process.env['RERT_DIST'];
  if (folder === undefined) return false;
  const isOfFrontEnd = (url: URL) => url.origin === origin && !/^\/(api|open)\b/.test(url.pathname);
  await context.route(isOfFrontEnd, async (route) => {
    const own = await route.fetch();
    const path = new URL(route.request().url()).pathname;
    const file = join(folder, path === '/' ? 'index.html' : path);
    const policy = own.headers()['content-security-policy'] ?? '';
    const headers = { 'content-type': KINDS[extname(file)] ?? '', 'content-security-policy': policy };
    if (existsSync(file)) await route.fulfill({ body: readFileSync(file), headers });
    else await route.fulfill({ response: own });
  });
  return true;
}
