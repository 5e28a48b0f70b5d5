/** STOP in the console while the gateway is held, and while its own door is: the carriages stop, and the console says so. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AreaView, CommandView } from "../../src/contract/aisles.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import type { List } from "../../src/contract/lists.ts";
import { hasChromium, openChromium } from "../support/chromium.ts";
import { childOf } from "../support/gateway-children.ts";
import { openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";
import { childrenOf, environmentOf, processes } from "../support/processes.ts";
import { newPerson, password } from "../support/stop-door.ts";

const areaKey = "r1.1";
const attemptsMax = 6;

describe.skipIf(!hasChromium)("STOP in the console (needs Chromium)", () => {
  let gateway: TestGateway;
  let browser: Browser;
  let page: Page;
  let personId: string;
  const blocked: string[] = [];

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([openGatewayProcess("embedded"), openChromium()]);
    personId = (await newPerson(gateway, "zhao", ["operator"])).id;
    page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.setDefaultTimeout(60_000);
    page.on("console", (message) => {
      if (/Content.Security.Policy|CORS/i.test(message.text())) blocked.push(message.text());
    });
    await page.goto(`${gateway.url}/room`);
    await page.locator("#login").fill("zhao");
    await page.locator("#password").fill(password);
    await page.getByTestId("sign-in-submit").click();
    await page.getByTestId("live").waitFor();
    await gateway.twin.tell({ do: "speed", factor: 0.5 });
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.dispose();
  }, 60_000);

  async function rolling(): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const aisle = (await gateway.twin.area(areaKey)).controller.openAisle === 2 ? 1 : 2;
      await until(`aisle ${aisle} may open`, async () => {
        await gateway.twin.tell({ do: "key", area: areaKey, key: "reset" });
        const answer = await gateway.ask("GET", `/api/v1/areas/${areaKey}`);
        return (answer.body as AreaView).may?.[`open:${aisle}`] === true;
      });
      const asked = await gateway.ask("POST", `/api/v1/areas/${areaKey}/open`, { aisle });
      const { id } = asked.body as CommandView;
      const rolls =
        asked.status === 202 &&
        (await until("the carriages roll or have ended", async () => {
          const view = await gateway.call<CommandView>("GET", `/api/v1/commands/${id}`);
          if (view.settledAtMs !== null) return "ended";
          const { columns } = (await gateway.twin.area(areaKey)).controller;
          return columns.some(({ motion }) => motion !== "still") && "rolls";
        }));
      if (rolls === "rolls") return id;
      if (attempt === attemptsMax) throw new Error(`never rolls: ${JSON.stringify(asked.body)}`);
    }
  }

  async function pressed(): Promise<JournalRow[]> {
    const path = "/api/v1/journal?chain=room:r1&after=0&limit=100";
    const rows: JournalRow[] = [];
    for (let after = 0; ; after = rows.at(-1)?.revision ?? 0) {
      const next = await gateway.call<List<JournalRow>>("GET", path.replace("after=0", `after=${after}`));
      if (next.items.length === 0) break;
      rows.push(...next.items);
    }
    return rows.filter(({ kind, actor }) => kind === "area.stopped" && actor === `person:${personId}`);
  }

  function pidOfDoor(): number {
    const of = processes().find(({ pid, words }) => words.includes("guiwei.mjs serve") && isOurs(pid));
    const door = of && childrenOf(of.pid, "src/stop-door/door-process.ts")[0];
    if (!door) throw new Error("no door runs");
    return door.pid;
  }
  const isOurs = (pid: number) => environmentOf(pid).includes(`DATA_DIR=${gateway.store.dataDir}`);

  /** Once more where the machine gave motion no time and the shelf stopped by itself. */
  async function stopsWhile(hold: () => void, goOn: () => void, by: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const before = (await pressed()).length;
      const id = await rolling();
      hold();
      try {
        await page.getByTestId("stop").click();
        await page.locator(`[data-testid="stop-taken"][data-by="${by}"]`).waitFor();
        await until("the carriages stand", async () => {
          const { activity } = (await gateway.twin.area(areaKey)).controller;
          return activity === "stopped";
        });
      } finally {
        goOn();
      }
      const view = await until("the command has ended", async () => {
        const now = await gateway.call<CommandView>("GET", `/api/v1/commands/${id}`);
        return now.settledAtMs !== null && now;
      });
      await until("one row an area", async () => (await pressed()).length >= before + 2);
      await page.getByTestId("stop-taken").getByRole("button").click();
      if (view.why?.code === "motion-stopped") return;
      if (attempt === attemptsMax) throw new Error(JSON.stringify(view));
    }
  }

  it("with the gateway held it goes through its own door", async () => {
    await stopsWhile(
      () => gateway.signal("SIGSTOP"),
      () => gateway.signal("SIGCONT"),
      "stop-door",
    );
    expect(blocked).toEqual([]);
  }, 400_000);

  it("with its own door held it goes through the gateway", async () => {
    const pid = pidOfDoor();
    await stopsWhile(
      () => process.kill(pid, "SIGSTOP"),
      () => {
        // Ended by the gateway meanwhile, and another one is there.
        try {
          process.kill(pid, "SIGCONT");
        } catch {}
      },
      "gateway",
    );
  }, 400_000);

  it("with both at hand one press is one row an area, with both doors", async () => {
    for (let attempt = 1; ; attempt++) {
      const before = (await pressed()).length;
      await page.getByTestId("stop").click();
      await page.getByTestId("stop-taken").waitFor();
      await until("its rows", async () => (await pressed()).length >= before + 2);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const rows = (await pressed()).slice(before);
      expect(rows.map(({ subject }) => subject).sort()).toEqual(["area:r1.1", "area:r1.2"]);
      await page.getByTestId("stop-taken").getByRole("button").click();
      const doors = rows.map(({ body }) => (body.press as { doors: string[] }).doors.toSorted().join());
      if (doors.every((one) => one === "gateway,stop-door")) return;
      if (attempt === attemptsMax) throw new Error(JSON.stringify(doors));
    }
  }, 200_000);

  it("with motion held the area says what its carriages do, until another one drives", async () => {
    process.kill(childOf(gateway.store.dataDir, "motion"), "SIGSTOP");
    const notice = page.getByTestId("area-undriven").first();
    await notice.waitFor();
    expect(await notice.textContent()).toContain("500 毫秒内自行停止");
    await notice.waitFor({ state: "detached" });
  }, 200_000);
});
