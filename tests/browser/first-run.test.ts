/** A fresh installation in a real browser: nobody is known, the printed code makes the administrator, who signs out and in again. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeliveredBox } from "../../simulators/days/demo-delivery.ts";
import { seriousFaults } from "../support/axe.ts";
import { hasChromium, openChromium } from "../support/chromium.ts";
import { quickEngine } from "../support/database.ts";
import { openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";
import { screenshot } from "../support/screenshot.ts";
import { smallDelivery } from "../support/small-site.ts";
import { untilOpen } from "../support/until-open.ts";

const admin = { login: "wang.fang", name: "王芳", password: "correct horse 8" };
/** It stands in the twin already; 40 mm is what the form suggests. */
const first = smallDelivery.boxes.find(
  (box) => box.slotId.startsWith("r1.1.") && box.thicknessMm === 40,
) as DeliveredBox;
const fresh = "battery staple 9";

describe.skipIf(!hasChromium)("the first run in a browser (needs Chromium)", () => {
  let gateway: TestGateway;
  let browser: Browser;
  let page: Page;
  let code: string;
  const faults: string[] = [];

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([openGatewayProcess(quickEngine(), {}, { isFresh: true }), openChromium()]);
    await gateway.twin.tell({ do: "speed", factor: 5 });
    code = await until("the set-up code is printed", () => /set-up code: (\S+)/.exec(gateway.said())?.[1]);
    const visit = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
    page = await visit.newPage();
    page.setDefaultTimeout(60_000);
    page.on("pageerror", (error) => faults.push(String(error)));
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await gateway?.dispose();
  }, 60_000);

  const eventually = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 60_000 });
  const at = (id: string) => page.getByTestId(id);
  const shot = (name: string) => screenshot(page, name);
  const told = () => at("problem").textContent();

  async function fillFirstRun(typed: string): Promise<void> {
    const fields = { code: typed, login: admin.login, name: admin.name, password: admin.password };
    for (const [field, value] of Object.entries(fields)) await page.locator(`#${field}`).fill(value);
    await at("first-run-submit").click();
  }

  async function signIn(password: string): Promise<void> {
    await page.locator("#login").fill(admin.login);
    await page.locator("#password").fill(password);
    await at("sign-in-submit").click();
  }

  it("asks for the code that the terminal printed, and for nothing before it", async () => {
    await page.goto(`${gateway.url}/people`);
    await at("first-run").waitFor();
    expect(await at("first-run").textContent()).toContain("首次使用");
    expect(await page.getByTestId("nav-find").count()).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
    await shot("first-run");
  }, 120_000);

  it("shows what a password and a login must be before anything is sent", async () => {
    await page.locator("#login").fill("王芳");
    await page.locator("#password").fill("short");
    await at("first-run-submit").click();
    await eventually(() => page.locator(".ant-form-item-explain-error").allTextContents()).toHaveLength(4);
    expect(await page.locator(".ant-form-item-explain-error").allTextContents()).toContain("至少 10 个字符");
  }, 60_000);

  it("refuses another code in a sentence that says where the right one is, in both languages", async () => {
    await fillFirstRun("AAAA-BBBB-CCCC");
    await eventually(told).toMatch(/设置码不正确或已失效.*终端/);
    await shot("first-run-refused");
    await at("language").click();
    await eventually(told).toMatch(/The set-up code is wrong or out of date/);
    await at("language").click();
  }, 60_000);

  it("makes the administrator with the right code, typed in small letters and without dashes", async () => {
    await page.locator("#code").fill(code.toLowerCase().replaceAll("-", " "));
    await at("first-run-submit").click();
    await at("person-menu").waitFor();
    expect(await at("person-menu").textContent()).toContain(admin.name);
    expect(await at("nav-people").count()).toBe(1);
  }, 60_000);

  it("signs out to the door, where the first run is over for good", async () => {
    await at("person-menu").click();
    await at("sign-out").click();
    await at("sign-in").waitFor();
    expect(await page.getByTestId("first-run").count()).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
    const again = await page.request.post(`${gateway.url}/api/v1/set-up`, {
      data: { code, login: "second", name: "二", password: "also long enough", language: "zh" },
    });
    expect([again.status(), await again.json()]).toMatchObject([409, { code: "set-up-done" }]);
  }, 60_000);

  it("refuses a wrong password in plain words and lets the right one in", async () => {
    await signIn("not the password");
    await eventually(told).toMatch(/登录名或密码不正确/);
    await shot("sign-in-refused");
    await signIn(admin.password);
    await at("person-menu").waitFor();
  }, 60_000);

  it("changes its own password; the same person elsewhere is signed out, this browser is not", async () => {
    const elsewhere = await (await browser.newContext()).newPage();
    await elsewhere.goto(gateway.url);
    await elsewhere.locator("#login").fill(admin.login);
    await elsewhere.locator("#password").fill(admin.password);
    await elsewhere.getByTestId("sign-in-submit").click();
    await elsewhere.locator('[data-testid="live"][data-state="live"]').waitFor();

    await at("person-menu").click();
    await at("change-password").click();
    const form = at("password-form");
    await form.waitFor();
    expect(await form.textContent()).toContain("至少 10 个字符");
    const type = async (present: string, fresh: string, again = fresh) => {
      await form.locator("#present").fill(present);
      await form.locator("#fresh").fill(fresh);
      await form.locator("#again").fill(again);
      await at("password-submit").click();
    };
    const hints = () => form.locator(".ant-form-item-explain-error").allTextContents();
    await type(admin.password, admin.password, "something else");
    await eventually(hints).toEqual(["新密码须与当前密码不同", "两次输入的新密码不一致"]);
    expect(await seriousFaults(page)).toEqual([]);
    await type("not the password", fresh);
    await eventually(() => form.getByTestId("problem").textContent()).toContain("当前密码不正确");
    await shot("password-refused");
    await type(admin.password, fresh);
    await at("password-changed").waitFor();
    await elsewhere.getByTestId("sign-in").waitFor({ timeout: 15_000 });
    await elsewhere.context().close();
    await at("password-close").click();
    await page.reload();
    await at("person-menu").waitFor();
  }, 120_000);

  it("lets nobody in by the old password any more", async () => {
    await at("person-menu").click();
    await at("sign-out").click();
    await signIn(admin.password);
    await eventually(told).toMatch(/登录名或密码不正确/);
    await signIn(fresh);
    await at("person-menu").waitFor();
  }, 60_000);

  it("backs up at once, with a reason, and hands the file over", async () => {
    await at("nav-backups").click();
    await eventually(() => at("backup-newest").textContent()).toContain("还没有");
    await at("backup-form").locator("#reason").fill("启用前");
    await at("backup-now").click();
    await eventually(() => at("backup-status").textContent()).toMatch(/备份完成：guiwei-\d{8}-\d{6}-\d{3}Z\.guiwei/);
    await eventually(() => at("backup-newest").textContent()).toMatch(/刚刚|分钟前/);
    expect(await seriousFaults(page)).toEqual([]);
    await shot("backups");
    const [download] = await Promise.all([page.waitForEvent("download"), at("backup-download").click()]);
    expect(download.suggestedFilename()).toMatch(/^guiwei-.*Z\.guiwei$/);
    expect(await download.failure()).toBeNull();
    expect(await page.getByTestId("backup-strip").count()).toBe(0);
    await at("nav-find").click();
  }, 120_000);

  const step = (key: string) => at(`first-box-${key}`);
  const states = async () => {
    const keys = ["site", "devices", "staff", "box", "tag", "slot", "show"];
    const read = await Promise.all(keys.map(async (key) => [key, await step(key).getAttribute("data-state")]));
    return read.flatMap(([key, state]) => (state === "done" ? [key] : []));
  };
  const toChecklist = () => at("nav-find").click();

  it("shows the way to the first box, with what is done already", async () => {
    await eventually(states).toEqual(["site", "devices"]);
    expect(await step("site").textContent()).toContain("2 个区，384 个储位");
    expect(await step("slot").textContent()).toContain("请让库管员或主管登录");
    expect(await seriousFaults(page)).toEqual([]);
    await shot("first-box");
    await page.setViewportSize({ width: 820, height: 1180 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    await shot("first-box-tablet");
    await page.setViewportSize({ width: 1280, height: 800 });
  }, 120_000);

  it("is dismissed for this browser alone", async () => {
    await at("first-box-dismiss").click();
    await at("first-box").waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("heading", { name: "进行中的工作" }).waitFor();
    expect(await at("first-box").count()).toBe(0);
    await page.evaluate("localStorage.clear()");
    await page.reload();
    await eventually(states).toEqual(["site", "devices"]);
  }, 120_000);

  it("leads to the people, where the administrator becomes an archivist as well", async () => {
    await step("staff").getByRole("link").click();
    await at(`person-${admin.login}`).click();
    await at("person-form").getByLabel("库管员").check();
    await at("person-submit").click();
    await at("person-form").waitFor({ state: "detached" });
    await toChecklist();
    await eventually(states).toEqual(["site", "devices", "staff"]);
  }, 60_000);

  it("leads to a box by hand, its tag, and its slot", async () => {
    await step("box").getByRole("link", { name: "手工登记" }).click();
    await page.locator("#barcode").fill(first.barcode);
    await at("create-box-submit").click();
    await at("create-box-form").getByText(first.barcode).waitFor();
    await toChecklist();
    await eventually(states).toEqual(["site", "devices", "staff", "box"]);

    await step("tag").getByRole("link").click();
    await at("bind-box").fill(first.barcode);
    await at("bind-box").press("Enter");
    await at("bind-tag-form").locator("#epc").fill(first.epc);
    await at("bind-tag-submit").click();
    await at("bind-tag-form").waitFor({ state: "detached" });
    await toChecklist();
    await eventually(states).toEqual(["site", "devices", "staff", "box", "tag"]);

    await step("slot").getByRole("link").click();
    await at("box-place").click();
    await at("place-form").locator("#locationCode").fill(first.locationCode);
    await at("place-form").locator("#reason").fill("首盒上架");
    await at("place-submit").click();
    await at("place-form").waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await toChecklist();
    await eventually(states).toEqual(["site", "devices", "staff", "box", "tag", "slot"]);
  }, 120_000);

  it("ends with the aisle open before it, and then is gone", async () => {
    await step("show").getByRole("link").click();
    await at("show-me").click();
    await untilOpen(page, "r1.1", () => gateway.twin.tell({ do: "key", area: "r1.1", key: "reset" }));
    await at("area-light").waitFor();
    // As they stand in the room: layer 1 is the lowest.
    const layers = await page.locator(".face-grid").first().locator(".face-head").allTextContents();
    expect(layers.filter((text) => text.endsWith("层"))).toEqual(["2 层", "1 层"]);
    await shot("first-box-shown");
    await toChecklist();
    await page.getByRole("heading", { name: "进行中的工作" }).waitFor();
    await at("first-box").waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("heading", { name: "进行中的工作" }).waitFor();
    expect(await at("first-box").count()).toBe(0);
  }, 240_000);

  it("pages through a long history and many people, nothing twice, nothing cut off", async () => {
    const api = `${gateway.url}/api/v1`;
    const { items: hits } = await (await page.request.get(`${api}/search?q=${first.barcode}`)).json();
    const { person } = await (await page.request.get(`${api}/session`)).json();
    const back = { locationCode: first.locationCode };
    for (let no = 0; no < 30; no++) {
      const data = { holderId: person.id, reason: `第 ${no} 次` };
      expect((await page.request.post(`${api}/boxes/${hits[0].box.id}/take`, { data })).status()).toBe(200);
      expect((await page.request.post(`${api}/boxes/${hits[0].box.id}/return`, { data: back })).status()).toBe(200);
    }
    for (let no = 100; no < 160; no++) {
      const data = { login: `borrower.${no}`, name: `借阅人${no}`, roles: [], language: "zh" };
      expect((await page.request.post(`${api}/people`, { data })).status()).toBe(201);
    }
    await page.goto(`${gateway.url}/?box=${hits[0].box.id}`);
    const rows = at("box-history").locator("li");
    await eventually(() => rows.count()).toBe(50);
    await at("history-more").click();
    // Made, tagged, put away, lit; then thirty loans.
    await eventually(() => rows.count()).toBeGreaterThanOrEqual(64);
    expect(await at("history-more").count()).toBe(0);
    expect(await rows.last().textContent()).toContain("登记了");

    await page.goto(`${gateway.url}/people`);
    const names = page.locator('[data-testid^="person-"]:not([data-testid="person-add"],[data-testid="person-menu"])');
    await eventually(() => names.count()).toBe(50);
    await at("people-more").click();
    await eventually(() => names.count()).toBe(61);
    expect(new Set(await names.allTextContents()).size).toBe(61);
    await shot("people");
    await at("people-find").locator("input").fill("借阅人159");
    await at("people-find").locator("input").press("Enter");
    await eventually(() => names.allTextContents()).toEqual(["借阅人159"]);
    expect(await seriousFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
  }, 180_000);
});
