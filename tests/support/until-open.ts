/** Waits in the browser until the shown command has opened its aisle. */
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** This many stops in a row are attributed to late heartbeats of this machine, not to the gateway. */
const stopsMax = 12;
const settledMsMax = 90_000;

/**
 * If the machine stands still for half a second, a heartbeat is late and the controller stops, as it must (S14). Then `reset`
 * does what a person does at the panel, and the console is asked again. More than a few of these stops are a fault of the
 * gateway.
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
    // The console may still show the end of the old command.
    await page.waitForTimeout(3_000);
  }
}
