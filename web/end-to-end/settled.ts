/** When a page has come to rest. */
import type { Page, Request } from 'playwright-core';

const QUIET_MS = 300;
const LONGEST_MS = 60_000;

const asking = new WeakMap<Page, Map<Request, number>>();

/** Its events never end, and that the script of a worker has come is not told where the worker ended with its page. */
const ENDLESS = /\/api\/v1\/events$|Worker-[^/]*\.js$/;

/** Remembers what a page has asked for and not got yet. */
export function countRequests(page: Page): void {
  const pending = new Map<Request, number>();
  asking.set(page, pending);
  page.on('request', (request) => {
    if (!ENDLESS.test(request.url())) pending.set(request, Date.now());
  });
  page.on('requestfinished', (request) => pending.delete(request));
  page.on('requestfailed', (request) => pending.delete(request));
}

/** What a page has asked for and not got yet, and for how long. */
export function unanswered(page: Page): string[] {
  const pending = [...(asking.get(page) ?? [])];
  return pending.map(([request, since]) => `${request.method()} ${request.url()} for ${String(Date.now() - since)} ms`);
}

/** Waits until nothing is asked for or computed, the letters are there, and nothing of the page has changed for a while. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('main').waitFor();
  const end = Date.now() + LONGEST_MS;
  do await waitForQuietPage(page);
  while ((asking.get(page)?.size ?? 0) > 0 && Date.now() < end);
}

async function waitForQuietPage(page: Page): Promise<void> {
  const isQuiet = await page.evaluate(waitForQuiet, { quietMs: QUIET_MS, longestMs: LONGEST_MS });
  if (!isQuiet) throw new Error(`the page ${page.url()} does not come to rest`);
}

/** Runs in the page. */
async function waitForQuiet({ quietMs, longestMs }: { quietMs: number; longestMs: number }): Promise<boolean> {
  await document.fonts.ready;
  let changed = performance.now();
  const observer = new MutationObserver(() => (changed = performance.now()));
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const end = performance.now() + longestMs;
  try {
    while (performance.now() < end) {
      await new Promise((later) => setTimeout(later, 50));
      const isBusy = document.querySelector('[role=progressbar], [aria-busy=true]') !== null;
      if (!isBusy && performance.now() - changed >= quietMs) return true;
    }
    return false;
  } finally {
    observer.disconnect();
  }
}
