/** Smoke in the room as people meet it: on every screen until somebody went, looked and cleared it, and then a reset. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AreaView } from "../../src/contract/aisles.ts";
import type { AlarmsView } from "../../src/contract/alarms.ts";
import { seriousFaults } from "../support/axe.ts";
import { hasChromium, openChromium } from "../support/chromium.ts";
import { openGatewayProcess, type TestGateway } from "../support/gateway-process.ts";

const password = "only for tests 2";

describe.skipIf(!hasChromium)("alarms of devices, in a browser (needs Chromium)", () => {
  let gateway: TestGateway;
  let browser: Browser;
  let operator: Page;
  let auditor: Page;
  const faults: string[] = [];

  async function signIn(login: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on("pageerror", (error) => faults.push(String(error)));
    await page.goto(`${gateway.url}/room`);
    await page.locator("#login").fill(login);
    await page.locator("#password").fill(password);
    await page.getByTestId("sign-in-submit").click();
    await page.getByTestId("area-r1.2").waitFor();
    return page;
  }

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([openGatewayProcess("embedded"), openChromium()]);
    for (const [login, role] of [
      ["wang", "operator"],
      ["shen", "auditor"],
    ])
      await gateway.call("POST", "/api/v1/people", { login, name: login, roles: [role], language: "zh", password });
    operator = await signIn("wang");
    auditor = await signIn("shen");
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await gateway?.dispose();
  }, 60_000);

  const standing = (page: Page) => page.getByTestId("standing-alarms");
  const mayOpen = async () => {
    const { may } = await gateway.call<AreaView>("GET", "/api/v1/areas/r1.1");
    const answers = Object.entries(may).filter(([what]) => what.startsWith("open:"));
    return answers.map(([, answer]) => (answer === true ? "yes" : answer.code));
  };

  it("stands on every screen, holds every area of the room, and only who may clear it is offered that", async () => {
    // The twin's shelf may still be on its way to the broker: until then nobody hears it.
    const ring = async () => {
      await gateway.twin.tell({ do: "alarm", area: "2", kind: "smoke" });
      return standing(operator).innerText();
    };
    await expect.poll(ring, { timeout: 60_000, interval: 1_000 }).toMatch(/shelf-2 报警（烟雾）/);
    await standing(auditor)
      .getByText(/全库房不得移动/)
      .waitFor();
    await auditor
      .getByTestId("alarms")
      .getByText(/shelf-2/)
      .waitFor();
    expect(await standing(auditor).getByTestId("alarm-clear").count()).toBe(0);
    await expect.poll(mayOpen, { timeout: 20_000 }).toContain("area-room-alarm");
    expect(await seriousFaults(operator)).toEqual([]);
  });

  it("is cleared with a reason; then every area still waits for a reset at its panel", async () => {
    await standing(operator).getByTestId("alarm-clear").click();
    await operator.getByTestId("alarm-clear-form").locator("#reason").fill("误报，已到现场查看");
    expect(await seriousFaults(operator)).toEqual([]);
    await operator.getByTestId("alarm-clear-submit").click();
    await operator.getByTestId("alarm-clear-form").waitFor({ state: "detached" });
    await expect.poll(() => standing(auditor).innerText(), { timeout: 60_000 }).toBe("");
    expect((await gateway.call<AlarmsView>("GET", "/api/v1/alarms")).standing).toEqual([]);
    await expect.poll(mayOpen, { timeout: 20_000 }).toContain("area-needs-reset");
    expect(faults).toEqual([]);
  });

  it("a STOP that no controller confirms stands on every screen, a later one too, until it is shown", async () => {
    const activity = async () => (await gateway.call<AreaView>("GET", "/api/v1/areas/r1.1")).activity;
    const reset = async () => {
      await gateway.twin.tell({ do: "key", area: "r1.1", key: "reset" });
      return activity();
    };
    await expect.poll(reset, { timeout: 20_000, interval: 500 }).toBe("idle");
    await gateway.twin.tell({ do: "deaf", area: "r1.1", on: "on" });
    await gateway.call("POST", "/api/v1/areas/r1.1/stop");
    const said = /控制器没有确认停止/;
    await standing(operator).getByText(said).waitFor();
    await operator.getByTestId("alarms").getByText(said).waitFor();
    // Acknowledged on this screen, and on one that is opened now: it stands.
    await operator.getByTestId("alarm-acknowledge").first().click();
    await auditor.reload();
    await standing(auditor).getByText(said).waitFor();
    expect(await standing(operator).innerText()).toMatch(said);
    expect(await seriousFaults(auditor)).toEqual([]);
    await gateway.twin.tell({ do: "deaf", area: "r1.1", on: "off" });
    for (const page of [operator, auditor])
      await expect.poll(() => standing(page).innerText(), { timeout: 60_000 }).not.toMatch(said);
    expect(await activity()).toBe("stopped");
    expect(faults).toEqual([]);
  });

  it("what a device gone mad sends is counted on Devices", async () => {
    await gateway.twin.tell({ do: "alarm", area: "2", kind: "chatter", level: "notice", count: 300 });
    await auditor.goto(`${gateway.url}/devices`);
    await auditor.reload();
    await auditor
      .getByTestId("alarm-faults")
      .getByText(/shelf-2/)
      .waitFor();
    expect(await auditor.getByTestId("alarm-faults").innerText()).toMatch(/一分钟内过多/);
    expect(await seriousFaults(auditor)).toEqual([]);
  });
});
