/** When a page has come to rest. */
import type { Page, Request } from 'playwright-core';

const QUIET_MS = 300;
const LONGEST_MS = 60_000;

const asking = new WeakMap<Page, { n: number }>();

/** Counts what a page has asked for and not got yet; without its events, which never end. */
export function countRequests(page: Page): void {
  const pending = { n: 0 };
  asking.set(page, pending);
  const isEndless = (url: string) => url.endsWith('/api/v1/events');
  page.on('request', (request) => (pending.n += isEndless(request.url()) ? 0 : 1));
  const ended = (request: Request) => (pending.n -= isEndless(request.url()) ? 0 : 1);
  page.on('requestfinished', ended);
  page.on('requestfailed', ended);
}

/** Waits until nothing is asked for or computed, the letters are there, and nothing of the page has changed for a while. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('main').waitFor();
  const end = Date.now() + LONGEST_MS;
  do await waitForQuietPage(page);
  while ((asking.get(page)?.n ?? 0) > 0 && Date.now() < end);
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
