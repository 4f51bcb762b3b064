/** What a page looks like to those who use it: whether it fits, whether everybody can read it, whether anything ran. */
import axe from "axe-core";
import type { Page } from "playwright-core";

/** A telephone at night, and a desk by day and by night. */
export const VIEWS = [
  { width: 320, colorScheme: "dark" as const },
  { width: 1280, colorScheme: "light" as const },
  { width: 1280, colorScheme: "dark" as const },
];

/** How far a page reaches beyond its window, in CSS pixels; 0 when nobody has to scroll sideways. */
export function sidewaysOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** What axe has against a page: the rule, and the first element that breaks it. */
export async function violationsOf(page: Page): Promise<string[]> {
  // Through the debugger, as the page itself lets no foreign script in.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(document);
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(" ")}`);
  });
}

/** Whatever runs, loads, opens or breaks on a page from now on that should not: the list fills while the page is used. */
export function watchTroubles(page: Page, site: string): string[] {
  const troubles: string[] = [];
  page.on("dialog", (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // Of addresses that lead nowhere the browser says so itself.
    if (!/status of (400|404)/.test(message.text())) troubles.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${site}/`)) troubles.push(`request: ${request.url()}`);
  });
  page.on("popup", (popup) => troubles.push(`window: ${popup.url()}`));
  return troubles;
}
