/** A fresh house in a real browser: nobody is known, the printed code makes the administrator, who signs out and in again. */
import { mkdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFaults } from "../support/axe.ts";
import { hasChromium, openChromium } from "../support/chromium.ts";
import { openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";

const screenshots = "tests/browser/screenshots";
const admin = { login: "wang.fang", name: "王芳", password: "correct horse 8" };
const fresh = "battery staple 9";

describe.skipIf(!hasChromium)("the first run in a browser (needs Chromium)", () => {
  let gateway: TestGateway;
  let browser: Browser;
  let page: Page;
  let code: string;
  const faults: string[] = [];

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    [gateway, browser] = await Promise.all([openGatewayProcess("embedded", {}, { isFresh: true }), openChromium()]);
    code = await until("the set-up code is printed", () => /set-up code: (\S+)/.exec(gateway.said())?.[1]);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
    page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on("pageerror", (error) => faults.push(String(error)));
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await gateway?.dispose();
  }, 60_000);

  const at = (id: string) => page.getByTestId(id);
  const shot = (name: string) => page.screenshot({ path: `${screenshots}/${name}.png` });
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
    await expect.poll(() => page.locator(".ant-form-item-explain-error").allTextContents()).toHaveLength(4);
    expect(await page.locator(".ant-form-item-explain-error").allTextContents()).toContain("至少 10 个字符");
  }, 60_000);

  it("refuses another code in a sentence that says where the right one is, in both languages", async () => {
    await fillFirstRun("AAAA-BBBB-CCCC");
    await expect.poll(told).toMatch(/设置码不正确或已失效.*终端/);
    await shot("first-run-refused");
    await at("language").click();
    await expect.poll(told).toMatch(/The set-up code is wrong or out of date/);
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
    await expect.poll(told).toMatch(/登录名或密码不正确/);
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
    await expect.poll(hints).toEqual(["新密码须与当前密码不同", "两次输入的新密码不一致"]);
    expect(await seriousFaults(page)).toEqual([]);
    await type("not the password", fresh);
    await expect.poll(() => form.getByTestId("problem").textContent()).toContain("当前密码不正确");
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
    await expect.poll(told).toMatch(/登录名或密码不正确/);
    await signIn(fresh);
    await at("person-menu").waitFor();
    expect(faults).toEqual([]);
  }, 60_000);
});
