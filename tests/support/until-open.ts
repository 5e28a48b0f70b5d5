/** Waits in the browser until the command that is shown has opened its aisle. */
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Late heartbeats in a row that are this machine's and not the gateway's. */
const stopsMax = 12;
const settledMsMax = 90_000;

/**
 * A machine that stands still for half a second is a late heartbeat: the controller stops, as it must (S14). Then `reset` is what
 * a person does at the panel, and the console is asked again. More than a few of those are a fault of ours.
 */
export async function untilOpen(page: Page, areaKey: string, reset: () => Promise<unknown>): Promise<void> {
  const note = page.getByTestId("motion-note").first();
  const state = () => note.getAttribute("data-state");
  for (let stops = 0; ; stops++) {
    await expect.poll(state, { timeout: settledMsMax }).not.toMatch(/stored|sent|accepted/);
    const now = await state();
    if (now === "done") return;
    const told = `${await note.textContent()} ${await page.getByTestId(`area-${areaKey}`).textContent()}`;
    expect(stops, `the aisle did not open: ${now}: ${told}`).toBeLessThan(stopsMax);
    await reset();
    await page.waitForTimeout(2_000);
    await page.getByTestId("try-again").first().click();
    // What is shown may still be the old command's end.
    await page.waitForTimeout(3_000);
  }
}
