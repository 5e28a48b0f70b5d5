/** Pictures for people to look at, in the folder `screenshots` beside the browser tests: only with GUIWEI_SCREENSHOTS=1, as each is drawn and packed for a third of a second. */
import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";

const folder = "tests/browser/screenshots";
const isWanted = process.env.GUIWEI_SCREENSHOTS === "1";

export async function screenshot(page: Page, name: string, more: { fullPage?: boolean } = {}): Promise<void> {
  if (!isWanted) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, ...more });
}
