/// <reference lib="dom" />
/** The console for everybody: by keyboard, with a screen reader, on a tablet, in both languages, on the real demo. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFaults } from "../support/axe.ts";
import { hasChromium, openChromium } from "../support/chromium.ts";
import { type DemoProcess, startDemo } from "../support/demo-process.ts";

const pages = [
  "/",
  "/?q=DA-00001",
  "/room",
  "/loans",
  "/stocktakes",
  "/relocations",
  "/relocations/new",
  "/catalogue",
  "/journal",
  "/devices",
  "/people",
];
const sizes = [
  { width: 1280, height: 800 },
  { width: 1024, height: 768 },
  { width: 820, height: 1180 },
] as const;

describe.skipIf(!hasChromium)("the console (needs Chromium)", () => {
  let demo: DemoProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), openChromium()]);
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
    page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(demo.link);
    await at("search-box").waitFor();
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  }, 60_000);

  const at = (id: string) => page.getByTestId(id);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? "");

  async function visit(path: string): Promise<void> {
    await page.goto(demo.url + path);
    await page.locator("main h1").first().waitFor({ state: "attached" });
    await page.locator(".ant-skeleton, .ant-spin-spinning").first().waitFor({ state: "detached" });
    // The feed refetches what is shown once, after it has connected.
    await page.locator('[data-testid="live"][data-state="live"]').waitFor();
  }

  /** A size or a language that changed is laid out by now. */
  const settled = () =>
    page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

  it.each(pages)(
    "on %s axe finds nothing serious in either language, and it fits every size with STOP in sight",
    async (path) => {
      await visit(path);
      expect(await seriousFaults(page)).toEqual([]);
      for (const size of sizes) {
        await page.setViewportSize(size);
        await settled();
        const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        const where = `${size.width} × ${size.height}`;
        await expect.poll(overflow, { message: where }).toBeLessThanOrEqual(0);
        expect(await isOnTop("stop"), where).toBe(true);
      }
      await page.setViewportSize(sizes[0]);
      await at("language").click();
      await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe("en");
      await settled();
      expect(await seriousFaults(page), "in English").toEqual([]);
      await at("language").click();
      await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
    },
    120_000,
  );

  it("nor in a box's drawer, nor in the devices' drawer", async () => {
    await visit("/?q=DA-00001");
    await at("details").first().click();
    await at("box-history").waitFor();
    await at("box-take").click();
    await at("take-form").waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await at("health").click();
    await at("device-shelf-1").waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  }, 120_000);

  it("STOP is in sight over a drawer as well, at every size", async () => {
    await visit("/?q=DA-00001");
    for (const size of sizes) {
      await page.setViewportSize(size);
      await at("details").first().click();
      await at("box-drawer").waitFor();
      await settled();
      expect(await isOnTop("stop"), `${size.width} × ${size.height}`).toBe(true);
      await page.keyboard.press("Escape");
      await at("box-drawer").waitFor({ state: "detached" });
    }
    await page.setViewportSize(sizes[0]);
  }, 120_000);

  /** A press in its middle would reach it. */
  function isOnTop(id: string): Promise<boolean> {
    return at(id).evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    });
  }

  it("is worked by keyboard alone: search, details, back, the aisles", async () => {
    await visit("/loans");
    await page.keyboard.press("/");
    await at("search-box").waitFor();
    await expect.poll(focused).toBe("search-box");
    await page.keyboard.type("DA-00001");
    await page.keyboard.press("Enter");
    await at("hit").first().waitFor();
    expect(await focused()).toBe("search-box");
    // The next scan replaces the text.
    const selected = await at("search-box").evaluate((box: HTMLInputElement) => [box.selectionStart, box.selectionEnd]);
    expect(selected).toEqual([0, "DA-00001".length]);
    await tabTo("details");
    await page.keyboard.press("Enter");
    await at("box-history").waitFor();
    await page.keyboard.press("Escape");
    await at("box-history").waitFor({ state: "detached" });
    await tabTo("aisle-1");
    await tabTo("demo-confirm");
  }, 120_000);

  it("a gun that shoots at a button still reaches the search box", async () => {
    await visit("/?q=DA-00001");
    await at("details").first().focus();
    await page.keyboard.type("GW-000017");
    await page.keyboard.press("Enter");
    await page.locator('[data-testid="hit"][data-barcode="GW-000017"]').waitFor();
    expect(page.url()).toContain("GW-000017");
    expect(await at("box-drawer").count()).toBe(0);
  }, 60_000);

  it("stops all areas by its key, also from inside a text field", async () => {
    await visit("/");
    await at("search-box").focus();
    await page.keyboard.press("Control+Alt+KeyS");
    await at("stop-taken").waitFor();
    expect(await at("search-box").inputValue()).toBe("");
  }, 60_000);

  it("the first Tab leads past the navigation", async () => {
    await visit("/journal");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
  }, 60_000);

  it("changes its language at once and keeps it", async () => {
    await visit("/stocktakes");
    await at("language").click();
    await expect.poll(() => at("nav-stocktakes").innerText()).toContain("Stocktake");
    await visit("/room");
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("en");
    expect(await at("nav-stocktakes").innerText()).toContain("Stocktake");
    await at("language").click();
    await expect.poll(() => at("nav-stocktakes").innerText()).toContain("盘点");
  }, 240_000);

  async function tabTo(id: string): Promise<void> {
    for (let i = 0; i < 120; i++) {
      if ((await focused()) === id) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`${id} is not reached by Tab`);
  }
});
