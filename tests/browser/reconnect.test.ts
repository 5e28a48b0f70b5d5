/** The gateway ends in every way it can, and the console that stood open comes back by itself and hears what happens. */
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, openChromium } from "../support/chromium.ts";
import { quickEngine } from "../support/database.ts";
import { openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";

const password = "only for tests 2";

describe.skipIf(!hasChromium)("a console that stands open while the gateway ends (needs Chromium)", () => {
  let gateway: TestGateway;
  let browser: Browser;
  let page: Page;
  const loads: string[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([openGatewayProcess(quickEngine()), openChromium()]);
    const roles = ["operator", "supervisor"];
    await gateway.call("POST", "/api/v1/people", { login: "zhao", name: "赵工", roles, language: "zh", password });
    page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(`${gateway.url}/room`);
    await page.locator("#login").fill("zhao");
    await page.locator("#password").fill(password);
    await page.getByTestId("sign-in-submit").click();
    await page.getByTestId("release-r1.1").waitFor();
    await live();
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("load", () => loads.push(page.url()));
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.dispose();
  }, 60_000);

  const badge = () => page.getByTestId("live").getAttribute("data-state", { timeout: 2_000 });
  const live = () => until("the console is live", async () => (await badge().catch(() => null)) === "live");
  const lost = () =>
    until("the console says that it lost the gateway", async () => (await badge().catch(() => null)) === "lost");

  /** Only the feed tells it: nothing else on this page asks by itself within seconds. */
  async function hears(): Promise<void> {
    const mayOpen = (now: boolean) =>
      until(`the console shows that aisle 1 may ${now ? "" : "not "}be opened`, async () => {
        const button = page.getByTestId("area-r1.1").getByTestId("aisle-1");
        return (await button.getAttribute("aria-disabled", { timeout: 2_000 }).catch(() => null)) === String(!now);
      });
    // Accepted is not done: on a slow machine the controller may be too late for it, and then it is asked again.
    const done = (verb: string) =>
      until(`${verb} is done`, async () => {
        const asked = await gateway.ask("POST", `/api/v1/areas/r1.1/${verb}`, { reason: "reconnected" });
        const { id } = asked.body as { id?: string };
        return asked.status < 300 && (await stateAtTheEnd(id)) === "done";
      });
    const stateAtTheEnd = (id?: string) =>
      until("the command has ended", async () => {
        const { state } = (await gateway.ask("GET", `/api/v1/commands/${id}`)).body as { state?: string };
        return /^(stored|sent|accepted)$/.test(state ?? "stored") ? null : state;
      });
    await done("inhibit");
    await mayOpen(false);
    await done("release");
    await mayOpen(true);
  }

  it.each(["SIGTERM", "SIGKILL", "SIGINT"] as const)(
    "%s",
    async (signal) => {
      await hears();
      const code = await gateway.kill(signal);
      expect(code).toBe(signal === "SIGKILL" ? null : 0);
      await lost();
      await gateway.start();
      await live();
      await hears();
      expect(loads).toEqual([]);
    },
    300_000,
  );

  it("an upgraded program, whose console has other files: the page is loaded anew, once", async () => {
    await gateway.kill("SIGTERM");
    await lost();
    // To Chromium a page that a test answered comes from nowhere, and may not reach this machine.
    await page.context().grantPermissions(["local-network-access"], { origin: gateway.url });
    // The same program with its entry under another name, in the page and in every part that asks for it, as a new build has it.
    const html = readFileSync("dist/web/index.html", "utf8");
    const entry = /<script type="module"[^>]* src="\/assets\/([^"]+)\.js"/.exec(html)?.[1] as string;
    const renamed = `${entry}-upgraded`;
    await page.route(
      ({ pathname }) => !/^\/(api|live|health)/.test(pathname) && /(\.js|\/[^.]*)$/.test(pathname),
      async (route) => {
        const answer = await route.fetch({ url: route.request().url().replace(renamed, entry) });
        await route.fulfill({ response: answer, body: (await answer.text()).replaceAll(entry, renamed) });
      },
    );
    await gateway.start();
    await until("the page was loaded anew", () => loads.length === 1);
    await live();
    expect(await page.locator('script[type="module"][src$="-upgraded.js"]').count()).toBe(1);
    await hears();
    expect(loads).toHaveLength(1);
    expect(faults).toEqual([]);
  }, 300_000);
});
