/** Signs that a text was taken for something else than text, in a page and in what its browser asked for. */
import type { BrowserContext, Frame, Page } from 'playwright-core';
import { hazardsOfElements, hazardsOfState, wordsOfDocument } from './documentHazards';
import { MARK, PAYLOADS } from './payloads';
import { writtenBackwards } from './writingDirection';

export interface Watch {
  /** What was seen since it was asked last. */
  take: () => string[];
}

/** Notes dialogs, requests that leave the server, and further windows. */
export async function watch(context: BrowserContext, origin: string): Promise<Watch> {
  let seen: string[] = [];
  await context.addInitScript(() => {
    const noted: string[] = [];
    Object.assign(window, { violationsOfPolicy: noted });
    document.addEventListener('securitypolicyviolation', (violation) =>
      noted.push(`${violation.violatedDirective} ${violation.blockedURI} ${violation.sample}`),
    );
  });
  context.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith(`blob:${origin}/`)) {
      seen.push(`a request to ${request.url()}`);
    }
  });
  context.on('dialog', (dialog) => {
    seen.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('page', (page) => seen.push(`a window: ${page.url()}`));
  return {
    take: () => {
      const taken = seen;
      seen = [];
      return taken;
    },
  };
}

/** What a page shows and says, and what of it is more than text. */
export interface Sight {
  words: string[];
  hazards: string[];
}

export async function look(page: Page): Promise<Sight> {
  try {
    const sights = await Promise.all(page.frames().map(lookInto));
    const payloads = PAYLOADS.map(({ text }) => text.trim());
    const backwards = await page.evaluate(writtenBackwards, payloads);
    return {
      words: sights.flatMap(({ words }) => words),
      hazards: [
        ...sights.flatMap(({ hazards }) => hazards),
        ...backwards.map((words) => `"${words}" is written backwards`),
      ],
    };
  } catch (error) {
    // Only a page that goes elsewhere cannot be asked.
    return { words: [], hazards: [`the page went away: ${String(error)}`] };
  }
}

async function lookInto(frame: Frame): Promise<Sight> {
  const ofState = await frame.evaluate(hazardsOfState, MARK);
  const ofElements = await frame.evaluate(hazardsOfElements, MARK);
  return { words: await frame.evaluate(wordsOfDocument), hazards: [...ofState, ...ofElements] };
}
