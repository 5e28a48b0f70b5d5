/** What radio says to the person at the shelf: a box taken without a scan is told at its aisle, located by its signal, and decided. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeliveredBox } from "../../simulators/days/demo-delivery.ts";
import type { AreaView, OpenAisleResult } from "../../src/contract/aisles.ts";
import type { List } from "../../src/contract/lists.ts";
import type { Session } from "../../src/contract/people.ts";
import { seriousFaults } from "../support/axe.ts";
import { hasChromium, openChromium } from "../support/chromium.ts";
import { quickEngine } from "../support/database.ts";
import { openGatewayProcess, type TestGateway } from "../support/gateway-process.ts";
import { moveUntil } from "../support/move-until.ts";
import { screenshot } from "../support/screenshot.ts";
import { smallDelivery, smallLayout } from "../support/small-site.ts";

const areaKey = "r1.1";
const layerOf = (slotId: string) => smallLayout.layerById.get(smallLayout.slotById.get(slotId)?.layerId ?? "");
const behind = (aisle: number) =>
  smallDelivery.boxes.filter(({ slotId }) => layerOf(slotId)?.areaId === "1" && layerOf(slotId)?.aisle === aisle);
const lost = behind(1)[0] as DeliveredBox;
const away = behind(1).find(({ slotId }) => layerOf(slotId)?.id !== layerOf(lost.slotId)?.id) as DeliveredBox;
const taken = new Set(smallDelivery.boxes.map(({ slotId }) => slotId));
/** Where the lost box will be put by hand: free, wide enough, behind the other aisle. */
const hiding = [...smallLayout.slotById.values()].find(
  ({ id, widthMm }) => !taken.has(id) && widthMm >= 52 && layerOf(id)?.areaId === "1" && layerOf(id)?.aisle === 2,
);

describe.skipIf(!hasChromium)("what was found and what is looked for, in a browser (needs Chromium)", () => {
  let gateway: TestGateway;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([openGatewayProcess(quickEngine()), openChromium()]);
    await gateway.fillCatalogue();
    await gateway.twin.tell({ do: "speed", factor: 5 });
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
    page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on("pageerror", (error) => faults.push(String(error)));
    await page.goto(`${gateway.url}/room`);
    await page.locator("#login").fill("admin");
    await page.locator("#password").fill("only for tests 1");
    await at("sign-in-submit").click();
    await at("person-menu").waitFor();
    const { person } = (await (await page.request.get(`${gateway.url}/api/v1/session`)).json()) as Session;
    const change = { data: { roles: ["administrator", "archivist"] }, headers: { "if-match": `"${person?.version}"` } };
    expect((await page.request.patch(`${gateway.url}/api/v1/people/${person?.id}`, change)).status()).toBe(200);
    await page.reload();
    await page.getByTestId(`area-${areaKey}`).waitFor();
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await gateway?.dispose();
  }, 60_000);

  const at = (id: string) => page.getByTestId(id);
  const inArea = (id: string) => page.getByTestId(`area-${areaKey}`).getByTestId(id);
  const shot = (name: string) => screenshot(page, name, { fullPage: true });
  const eventually = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 90_000 });
  const idOf = async (box: DeliveredBox) =>
    (await gateway.call<List<{ box: { id: string } }>>("GET", `/api/v1/search?q=${box.barcode}`)).items[0]?.box.id;

  const deltaOf = async (aisle: number) =>
    (await gateway.call<AreaView>("GET", `/api/v1/areas/${areaKey}`)).attention.find((one) => one.aisle === aisle);

  const press = (id: string, may: string, openAisle: number) =>
    moveUntil(gateway, { areaKey, may, openAisle }, () => inArea(id).click());

  it("tells a box that was taken by hand, before its aisle opens next", async () => {
    expect(await at(`attention-1`).count()).toBe(0);
    await press("aisle-1", "open:1", 1);
    await gateway.twin.tell({ do: "take", epc: lost.epc, who: "wang" });
    await gateway.twin.tell({ do: "move", epc: away.epc, slot: hiding?.id ?? "" });
    await press(`close-${areaKey}`, "close", 0);
    const findings = inArea("attention-1").getByTestId("finding");
    const line = findings.filter({ hasText: lost.barcode });
    await line.waitFor();
    expect(await line.textContent()).toMatch(/缺失|从未读到/);
    expect(await line.textContent()).toContain(lost.locationCode);
    expect(await at("alarms").textContent()).toMatch(/1 号通道使用后与账目不符/);
    expect(await inArea("aisle-1").getAttribute("aria-label")).toMatch(/1 号通道有 \d 处发现还没有人处理/);
    expect(await inArea("aisle-2").getAttribute("aria-label")).not.toMatch(/发现/);
    expect(await seriousFaults(page)).toEqual([]);
    await shot("finding");
    await page.setViewportSize({ width: 768, height: 1024 });
    await at("language").click();
    await eventually(() => inArea("attention-1").textContent()).toMatch(/Aisle 1 differs from the records/);
    const overflow = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
    expect(await seriousFaults(page)).toEqual([]);
    await shot("finding-tablet-en");
    await at("language").click();
    await page.setViewportSize({ width: 1280, height: 900 });
  }, 300_000);

  it("warns whoever opens that aisle all the same, on the screen and in the answer", async () => {
    const answers: OpenAisleResult[] = [];
    const take = async (response: Awaited<ReturnType<Page["waitForResponse"]>>) => {
      if (response.url().endsWith(`/areas/${areaKey}/open`) && response.status() === 202)
        answers.push((await response.json()) as OpenAisleResult);
    };
    page.on("response", take);
    await press("aisle-1", "open:1", 1);
    page.off("response", take);
    await inArea("findings-beware").waitFor();
    await shot("finding-beware");
    const told = answers.flatMap(({ attention }) => attention.flatMap(({ findings }) => findings));
    expect(told.map((one) => one.barcode)).toContain(lost.barcode);
    const before = await deltaOf(1);
    await press(`close-${areaKey}`, "close", 0);
    // The next test reads what came of this use: until the delta has ended, lines still change under the pointer.
    const newest = async () => (await deltaOf(1))?.stocktakeId;
    await eventually(newest).not.toBe(before?.stocktakeId);
    await inArea("attention-1")
      .locator(`a[href$="${await newest()}"]`)
      .waitFor();
    await eventually(() => inArea("attention-1").getAttribute("data-delta")).toMatch(/counted|notCovered/);
  }, 300_000);

  it("leads from the finding to the locate job: the layer where the box is heard comes up by itself", async () => {
    const line = inArea("attention-1").getByTestId("finding").filter({ hasText: lost.barcode });
    await line.getByTestId("finding-locate").click();
    await at("locate-start").click();
    await page.locator('[data-testid="locate"][data-state="running"]').waitFor();
    const heard = page.locator('[data-testid="locate-place"][data-heard="true"]');
    await eventually(() => at("locate").textContent()).toMatch(/还没有读写器听到它.*轮无应答/);
    expect(await heard.count()).toBe(0);
    // Somebody puts it down behind the other aisle, while it is listened for.
    const code = hiding?.locationCode.replace(/-\d+$/, "") ?? "";
    await gateway.twin.tell({ do: "move", epc: away.epc, slot: away.slotId });
    await gateway.twin.tell({ do: "put", epc: lost.epc, slot: hiding?.id ?? "" });
    await eventually(() => at("locate-place").first().textContent()).toContain(code);
    await eventually(() => heard.count()).toBeGreaterThan(0);
    const first = at("locate-place").first();
    expect(await first.textContent()).toMatch(/2 号通道.*\d+ \/ \d+ 轮有应答 · -\d+ dBm/);
    expect(Number(await first.getByRole("meter").getAttribute("value"))).toBeGreaterThan(0.2);
    expect(await seriousFaults(page)).toEqual([]);
    await shot("locate");
    await page.setViewportSize({ width: 768, height: 1024 });
    await shot("locate-tablet");
    await page.setViewportSize({ width: 1280, height: 900 });
    await at("locate-end").click();
    await page.locator('[data-testid="locate"][data-state="ended"]').waitFor();
    expect(await at("locate").textContent()).toMatch(/寻找已结束（由人结束）/);
    await eventually(() => at("box-history").textContent()).toMatch(/的寻找结束：由人结束.*管理员开始听信号寻找/);
    await shot("locate-ended");
  }, 180_000);

  it("is decided by a person, who and when are kept, and it is gone for everybody", async () => {
    await page.goto(`${gateway.url}/room`);
    const line = inArea("attention-1").getByTestId("finding").filter({ hasText: lost.barcode });
    await line.getByTestId("finding-acknowledge").click();
    await line.waitFor({ state: "detached" });
    await page.reload();
    await page.getByTestId(`area-${areaKey}`).waitFor();
    expect(await line.count()).toBe(0);
    const subject = `box:${await idOf(lost)}`;
    const { items: rows } = await gateway.call<List<{ kind: string; actor: string; body: object }>>(
      "GET",
      `/api/v1/journal?subject=${subject}`,
    );
    expect(rows[0]).toMatchObject({ kind: "finding.acknowledged", body: { barcode: lost.barcode, aisle: 1 } });
    expect(rows[0]?.actor).toMatch(/^person:/);
    expect(faults).toEqual([]);
  }, 120_000);
});
