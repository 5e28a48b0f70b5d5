/**
 * The newcomer's first quarter of an hour, in a real browser on the real demo: nothing is faked, nothing is reached around.
 * Carriages roll faster than in a real room (the twin's `speed`); readers, lines and heartbeats keep real time. CI has the
 * demo in a small room, 16 layers an area, and a relocation of eight boxes; GUIWEI_LIVING_ROOM=whole is the room of
 * sites/demo.yaml with 160 layers an area and forty boxes. console.test.ts signs in to that room in CI as well.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demoDelivery } from "../../simulators/days/demo-delivery.ts";
import { demoLayout } from "../../simulators/test-twin.ts";
import type { Area } from "../../src/site/layout.ts";
import { seriousFaults } from "../support/axe.ts";
import { hasChromium, openChromium } from "../support/chromium.ts";
import { type DemoProcess, startDemo } from "../support/demo-process.ts";
import { screenshot } from "../support/screenshot.ts";
import { smallLayout, smallSiteFile } from "../support/small-site.ts";
import { untilOpen } from "../support/until-open.ts";

const isWhole = process.env.GUIWEI_LIVING_ROOM === "whole";
const layout = isWhole ? demoLayout : smallLayout;
const movedBoxes = isWhole ? 40 : 8;
/** Aisles of area 1: opened first, opened next, and counted. */
const [firstAisle, nextAisle, countedAisle] = isWhole ? [2, 4, 3] : [2, 1, 1];
const activeArea = layout.areas[0] as Area;
const areaName = activeArea.spec.name.zh;
const layersInArea = new Set(activeArea.slots.map(({ layerId }) => layerId)).size;
const delivery = demoDelivery(layout, "demo");
const boxByBarcode = new Map(delivery.boxes.map((box) => [box.barcode, box]));
const workMsMax = 240_000;

/** A customer of area 1 whose box stands in the given aisle, with a name nobody else has. */
function customerIn(aisle: number) {
  const found = delivery.records.find((record) => {
    const box = record.barcode ? boxByBarcode.get(record.barcode) : undefined;
    const layer = layout.layerById.get(layout.slotById.get(box?.slotId ?? "")?.layerId ?? "");
    return (
      layer?.areaId === "1" &&
      layer.aisle === aisle &&
      delivery.records.filter((other) => other.name === record.name).length === 1
    );
  });
  if (!found?.barcode) throw new Error(`nobody in aisle ${aisle}`);
  return {
    name: found.name,
    barcode: found.barcode,
    box: boxByBarcode.get(found.barcode) as (typeof delivery.boxes)[0],
  };
}

describe.skipIf(!hasChromium)("the living room in a browser (needs Chromium)", () => {
  let demo: DemoProcess;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(isWhole ? {} : { SITE_FILE: smallSiteFile }), openChromium()]);
    expect(await demo.twin({ do: "speed", factor: 5 })).toMatchObject({ ok: true });
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
    page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on("pageerror", (error) => faults.push(String(error)));
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  }, 60_000);

  const at = (id: string) => page.getByTestId(id);
  const shot = (name: string) => screenshot(page, name);

  const resetPanel = () => page.getByTestId("demo-panel-r1.1").getByTestId("demo-reset").click();

  async function find(text: string): Promise<void> {
    await at("nav-find").click();
    await at("search-box").fill(text);
    await at("search-box").press("Enter");
    await at("hit").first().waitFor();
  }

  it("signs in by the one-time link, which works once", async () => {
    await page.goto(demo.link);
    await at("search-box").waitFor();
    expect(page.url()).not.toContain("demo=");
    const stranger = await browser.newPage();
    await stranger.goto(demo.link);
    await stranger.getByTestId("sign-in").waitFor({ timeout: 60_000 });
    await stranger.close();
  }, 180_000);

  it("offers somebody who knows nobody here four ways to search for one customer", async () => {
    const examples = at("demo-examples").getByRole("button");
    await examples.first().waitFor();
    const texts = await examples.allInnerTexts();
    expect(texts).toHaveLength(4);
    await shot("first-look");
    const found = new Set<string>();
    for (const text of texts) {
      await at("nav-find").click();
      await examples.getByText(text, { exact: true }).click();
      await at("hit")
        .filter({ hasText: texts[0] ?? "" })
        .first()
        .waitFor();
      found.add(await at("search-box").inputValue());
    }
    expect([...found]).toEqual(texts);
  }, 120_000);

  it("finds a named customer, opens the aisle and lights the slot", async () => {
    const customer = customerIn(firstAisle);
    await find(customer.name);
    expect(await at("hit").first().textContent()).toContain(customer.box.locationCode);
    await at("show-me").first().click();
    await untilOpen(page, "r1.1", resetPanel);
    await at("area-light").waitFor();
    await shot("aisle-open");
  }, 240_000);

  it("refuses to close on somebody, says how to clear it, and goes on after the panel's reset", async () => {
    await page.getByTestId("demo-panel-r1.1").getByTestId("demo-enter").click();
    await expect.poll(() => at("area-people").first().textContent(), { timeout: 30_000 }).toMatch(/1/);
    const other = customerIn(nextAisle);
    await find(other.name);
    await at("show-me").first().click();
    await expect.poll(() => at("refusal").first().textContent(), { timeout: 30_000 }).toMatch(/复位/);
    await shot("refused");
    const panel = page.getByTestId("demo-panel-r1.1");
    await panel.getByTestId("demo-leave").click();
    await panel.getByTestId("demo-reset").click();
    await at("try-again").first().click();
    await untilOpen(page, "r1.1", resetPanel);
    await at("area-light").waitFor();
  }, 240_000);

  it("counts area 1 and finds the box that only the twin moved", async () => {
    const { box, barcode } = customerIn(countedAisle);
    const taken = new Set(delivery.boxes.map((one) => one.slotId));
    const layerOf = (slotId: string) => layout.slotById.get(slotId)?.layerId;
    const goal = activeArea.slots.find(
      (slot) => slot.widthMm >= 52 && !taken.has(slot.id) && slot.layerId !== layerOf(box.slotId),
    );
    expect(await demo.twin({ do: "move", epc: box.epc, slot: goal?.id })).toMatchObject({ ok: true });
    await at("nav-stocktakes").click();
    await page.getByTestId("stocktake-form").getByText("部分", { exact: false }).first().click();
    await page.locator("#areaKeys").click();
    await page.getByTitle(areaName, { exact: true }).last().click();
    await page.keyboard.press("Escape");
    await at("stocktake-start").click();
    await page.locator('[data-testid="stocktake"][data-state="running"]').waitFor();
    await shot("stocktake-running");
    await page.locator('[data-testid="stocktake"][data-state="done"]').waitFor({ timeout: workMsMax });
    expect(await at("stocktake-covered").textContent()).toMatch(new RegExp(`(^|\\D)${layersInArea}(\\D|$)`));
    await expect.poll(() => page.locator("main").textContent(), { timeout: 30_000 }).toContain(barcode);
    expect(await at("stocktake-facts").textContent()).toMatch(
      new RegExp(`不超过 0\\.1%.*${activeArea.spec.antennas[0]?.reader}.*${areaName} 出厂默认`),
    );
    await shot("stocktake-done");

    // The proof of the misplaced line: what each antenna heard, and where else it may be.
    await page.getByRole("tab", { name: /错架/ }).click();
    const line = page.getByTestId(`line-${barcode}`);
    expect(await line.getByTestId("line-probability").textContent()).toMatch(/^>?9\d\.\d+%$/);
    await line.getByTestId("line-proof").click();
    const goalCode = goal?.locationCode.slice(0, -3) ?? "";
    const antennas = page.getByTestId("proof-antenna");
    await antennas.first().waitFor();
    const heard = await antennas.filter({ hasText: goalCode }).textContent();
    expect(heard).toMatch(/判定在此层rd-\d+ 第 \d+ 口[1-9]\d* \/ \d+-\d+\.\d dBm/);
    expect(await page.getByTestId("proof-alternative").first().textContent()).toMatch(
      new RegExp(`^${goalCode}>?9\\d.\\d+%`),
    );
    expect(await seriousFaults(page)).toEqual([]);
    await shot("stocktake-proof");

    // A proposal leads to the form with what is known; nothing happens until a person presses its button.
    await line.getByTestId("proposal-putBack").click();
    await at("place-form").waitFor();
    expect(await page.locator("#locationCode").inputValue()).toBe(box.locationCode);
    await shot("stocktake-put-back");
    await page.keyboard.press("Escape");
    await at("box-drawer").waitFor({ state: "detached" });

    await at("decision-note").fill("已放回");
    await at("decide-done").click();
    await expect.poll(() => line.getByTestId("line-decided").textContent()).toMatch(/已处理.*于 \d\d:\d\d/);
    expect(await page.getByTestId("line-decided").last().textContent()).toContain("已放回");
    await shot("stocktake-decided");
    expect(await demo.twin({ do: "move", epc: box.epc, slot: box.slotId })).toMatchObject({ ok: true });
  }, 420_000);

  it("moves three boxes, and undoes it as the reverse plan: every box is home again", async () => {
    await planMove("试移", 3);
    await walkToDone();
    const there = await movesOver();
    expect(there).toHaveLength(3);
    await at("relocation-undo").click();
    await page.locator("#reason").fill("移错了");
    await at("relocation-undo-submit").click();
    await page.getByRole("heading", { name: "↩ 试移" }).waitFor();
    await walkToDone();
    const back = await movesOver();
    const turned = there.map(({ barcode, from, to }) => ({ barcode, from: to, to: from })).reverse();
    expect(back).toEqual(turned);
    await shot("relocation-undone");
    for (const { barcode, from } of there) {
      expect(boxByBarcode.get(barcode)?.locationCode).toBe(from);
      await find(barcode);
      expect(await at("hit").first().textContent()).toContain(from);
    }
  }, 600_000);

  it(`moves ${movedBoxes} boxes of closed accounts to area 2, every pick and put verified by RFID`, async () => {
    await planMove("销户移位", movedBoxes);
    await walkToDone();
    expect(await movesOver()).toHaveLength(movedBoxes);
    await shot("relocation-done");
    expect(faults).toEqual([]);
  }, 900_000);

  async function planMove(name: string, boxesMax: number): Promise<void> {
    await at("nav-relocations").click();
    await at("relocation-new").first().click();
    await page.locator("#name").fill(name);
    await page.locator("#reason").fill("销户");
    await page.locator("#fromAreaKey").click();
    await page.getByTitle(areaName, { exact: true }).last().click();
    await page.locator("#boxesMax").fill(String(boxesMax));
    await at("relocation-preview").click();
    await at("relocation-plan").click();
  }

  /** Starts the relocation in front and does its groups until it says that it is done. */
  async function walkToDone(): Promise<void> {
    await page.locator('[data-testid="relocation"][data-state="planned"]').waitFor();
    await at("relocation-start").click();
    await page.locator('[data-testid="relocation"][data-state="running"]').waitFor();
    const endMs = Date.now() + 3 * workMsMax;
    while ((await at("relocation").getAttribute("data-state")) === "running" && Date.now() < endMs)
      await workOneGroup();
    expect(await at("relocation").getAttribute("data-state")).toBe("done");
  }

  /** The moves that are over, as the page lists them. */
  async function movesOver(): Promise<{ barcode: string; from: string; to: string }[]> {
    const rows = page.locator('[data-testid^="move-"][data-state="placed"]');
    const codes = await rows.evaluateAll((all) => all.map((row) => row.textContent ?? ""));
    return codes.map((text) => {
      const [, barcode = "", from = "", to = ""] = /(GW-\d{6})(\S+?)→(\d-\d\d-[AB]-\d\d-\d\d-\d\d)/.exec(text) ?? [];
      return { barcode, from, to };
    });
  }

  /** Opens the aisle of the first group and lets the demo's mover do its boxes. */
  async function workOneGroup(): Promise<void> {
    const group = page.locator('[data-testid="group-pick"], [data-testid="group-put"]').first();
    const worker = group.locator('[data-testid^="demo-worker-"]');
    const id = (await worker.getAttribute("data-testid")) ?? "";
    const open = group.locator('[data-testid^="open-"]');
    const area = /demo-worker-\w+-(r1\.\d)-/.exec(id)?.[1] ?? "";
    for (let stops = 0; await open.count(); stops++) {
      expect(stops, (await group.textContent()) ?? "").toBeLessThan(5);
      // A person at the panel: nobody is inside, the area may move (S13).
      await demo.twin({ do: "key", area, key: "reset" });
      await expect.poll(() => open.getAttribute("aria-disabled"), { timeout: 60_000 }).not.toBe("true");
      await open.click();
      await open.waitFor({ state: "detached", timeout: 60_000 }).catch(() => {});
    }
    await worker.click();
    await page.getByTestId(id).waitFor({ state: "detached", timeout: workMsMax });
  }
});
