/** Opens whatever a page keeps closed: rows, tabs, parts that unfold, menus and tooltips. */
import type { Locator, Page } from 'playwright-core';
import { settled } from './settled';

const N_TOOLTIPS = 6;
/** A timeline has more entries than need to be seen one by one. */
const N_ROWS = 20;

type Seen = (corner: string) => Promise<void>;

export async function everyCorner(page: Page, seen: Seen): Promise<void> {
  await settled(page);
  await seen('as it opens');
  await eachRow(page, seen);
  await eachTab(page, seen);
  await someTooltips(page, seen);
  await eachMenu(page, seen);
}

/** What a chosen row tells beside the table. */
async function eachRow(page: Page, seen: Seen): Promise<void> {
  const rows = page.locator('main tr[tabindex]:not([aria-expanded]):not([data-row])');
  const n = Math.min(await rows.count(), N_ROWS);
  for (let index = 0; index < n; index++) {
    await rows.nth(index).click({ position: { x: 4, y: 4 } });
    await settled(page);
    await unfold(page);
    await seen(`row ${index}`);
  }
}

/** The innermost tabs come first, since another outer one takes them away. */
async function eachTab(page: Page, seen: Seen): Promise<void> {
  await unfold(page);
  const visited = new Set<string>();
  for (;;) {
    const tabs = await page.getByRole('tab').all();
    const next = (await withWords(tabs)).reverse().find(({ words }) => !visited.has(words));
    if (next === undefined) return;
    visited.add(next.words);
    await next.tab.click();
    await settled(page);
    await unfold(page);
    await seen(next.words);
  }
}

async function withWords(tabs: Locator[]): Promise<{ tab: Locator; words: string }[]> {
  return Promise.all(tabs.map(async (tab) => ({ tab, words: (await tab.textContent()) ?? '' })));
}

async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => document.querySelectorAll('details').forEach((part) => (part.open = true)));
}

async function someTooltips(page: Page, seen: Seen): Promise<void> {
  const triggers = page.locator('main [data-tooltip-trigger]:visible:enabled');
  const n = Math.min(await triggers.count(), N_TOOLTIPS);
  const tooltip = page.locator('[data-tooltip-content]').first();
  let opened = 0;
  for (let index = 0; index < n; index++) {
    // A pointer that rests there already would open nothing.
    await page.mouse.move(1, 1);
    await triggers.nth(index).hover();
    const isOpen = await tooltip.waitFor({ timeout: 1500 }).then(
      () => true,
      () => false,
    );
    if (isOpen) await seen('a tooltip');
    opened += Number(isOpen);
  }
  if (n > 0 && opened === 0) throw new Error('no tooltip opens');
}

/** Menus are opened by the keyboard, and last: they are over everything else. */
async function eachMenu(page: Page, seen: Seen): Promise<void> {
  for (const menu of await page.locator('[aria-haspopup]:visible').all()) {
    await menu.press('Enter');
    await seen('a menu');
    await page.keyboard.press('Escape');
  }
}
