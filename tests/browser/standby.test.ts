/** A gateway that stands by, as people meet it in its console: who leads, that nothing can be stopped here, and the takeover. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFaults } from "../support/axe.ts";
import { hasChromium, openChromium } from "../support/chromium.ts";
import { until } from "../support/gateway-process.ts";
import { type LeadContext, openLeadContext } from "../support/lead-gateways.ts";
import { hasMosquitto } from "../support/mosquitto.ts";
import { postgresPrograms } from "../support/postgres-server.ts";
import { screenshot } from "../support/screenshot.ts";

const programs = postgresPrograms();

describe.skipIf(!programs || !hasMosquitto || !hasChromium)(
  "a standby's console (needs PostgreSQL, Mosquitto, Chromium)",
  () => {
    let context: LeadContext;
    let browser: Browser;
    let page: Page;
    const faults: string[] = [];

    beforeAll(async () => {
      context = await openLeadContext(programs as string);
      context.a.start();
      await until("the first leads", async () => (await context.a.role()) === "leads");
      await context.signUp(context.a);
      context.b.start();
      await until("the second stands by", async () => (await context.b.role()) === "stands-by");
      browser = await openChromium();
      const visit = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
      page = await visit.newPage();
      page.setDefaultTimeout(60_000);
      page.on("pageerror", (error) => faults.push(String(error)));
      await page.goto(`${context.b.url}/room`);
      await page.locator("#login").fill("admin");
      await page.locator("#password").fill("only for tests 1");
      await page.getByTestId("sign-in-submit").click();
    }, 300_000);
    afterAll(async () => {
      await browser?.close();
      await context?.dispose();
    }, 60_000);

    const strip = () => page.getByTestId("lead-strip");
    const shot = (name: string) => screenshot(page, name, { fullPage: true });

    it("says who leads, and where, in both languages", async () => {
      await strip().waitFor();
      expect(await strip().textContent()).toMatch(/本网关待命，只能查看：.*pid \d+\) 正在主控/);
      expect(await strip().getByRole("link").getAttribute("href")).toBe("https://a.example");
      // Not "lost": the feed is there, and what the leader writes arrives.
      await page.locator("[data-testid=live][data-state=live]").waitFor();
      await shot("standby-zh");
      expect(await seriousFaults(page)).toEqual([]);
      await page.getByTestId("language").click();
      await expect.poll(() => strip().textContent(), { timeout: 60_000 }).toMatch(/stands by, for looking only/);
      await shot("standby-en");
    }, 120_000);

    it("STOP says loudly that it was not taken, and who takes it", async () => {
      await page.getByTestId("stop").click();
      const banner = page.getByTestId("stop-unanswered");
      await banner.waitFor();
      expect(await banner.textContent()).toMatch(/This gateway stands by: .*leads \(https:\/\/a\.example\)/);
      await shot("standby-stop");
    }, 120_000);

    it("leads by itself when the first one dies, and the open console goes on without the strip", async () => {
      await context.a.kill();
      await until("it leads", async () => (await context.b.role()) === "leads");
      await strip().waitFor({ state: "detached" });
      await page.locator("[data-testid=live][data-state=live]").waitFor();
      await shot("standby-took-over");
      expect(faults).toEqual([]);
    }, 200_000);
  },
);
