/**
 * kill -9 of the gateway in the middle of an opening, on Modbus and on MQTT: the room stands by itself and nothing restarts by itself (S3, S5, S14).
 * On one engine (GUIWEI_EACH_STORE=1: on both): what is acknowledged survives by tests/storage/kill.test.ts.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AreaView, CommandView, Saying } from "../../src/contract/aisles.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import type { List } from "../../src/contract/lists.ts";
import { onOneStore, openGatewayProcess, pause, type TestGateway, until } from "../support/gateway-process.ts";
import type { TwinArea } from "../support/twin-process.ts";

const areaKeys = ["r1.1", "r1.2"];
/** The controller gives up 500 ms after the last beat; the rest is this machine looking on late. */
const standMsMax = 1_500;
const attemptsMax = 5;
/** What an opening ends with when this machine gives the gateway or the twin no time. */
const starved = [
  "motion-link-lost",
  "area-stale",
  "area-picture-old",
  "area-offline",
  "area-heartbeat-lost",
  "command-expired",
];

onOneStore("kill -9 in the middle of an opening", "embedded", (engine) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openGatewayProcess(engine);
    await gateway.fillCatalogue();
  }, 300_000);
  afterAll(() => gateway?.dispose(), 60_000);

  const area = (areaKey: string) => gateway.call<AreaView>("GET", `/api/v1/areas/${areaKey}`);
  const command = (id: string) => gateway.call<CommandView>("GET", `/api/v1/commands/${id}`);
  const each = <T>(work: (areaKey: string) => Promise<T>) => Promise.all(areaKeys.map(work));

  async function mayOpen(areaKey: string, aisle: number): Promise<void> {
    await until(`${areaKey} may open aisle ${aisle}`, async () => {
      const answer = await gateway.ask("GET", `/api/v1/areas/${areaKey}`);
      return (answer.body as AreaView).may?.[`open:${aisle}`] === true;
    });
  }
  /** Asks for an aisle until it opens or, with `rolls`, until the carriages roll: a starved machine loses the link, and then only the panel helps. */
  async function open(areaKey: string, aisle: number, rolls = false): Promise<CommandView> {
    for (let attempt = 1; ; attempt++) {
      await mayOpen(areaKey, aisle);
      const { id } = await gateway.call<CommandView>("POST", `/api/v1/areas/${areaKey}/open`, { aisle });
      const now = await until(`aisle ${aisle} of ${areaKey} opens`, async () => {
        const view = await command(id);
        if (view.settledAtMs !== null) return view;
        const { phase, controller } = await gateway.twin.area(areaKey);
        return rolls && phase === "moving" && !stands(controller) && view.state === "accepted" && view;
      });
      if (now.state === (rolls ? "accepted" : "done")) return now;
      if (attempt === attemptsMax || !starved.includes(now.why?.code ?? ""))
        throw new Error(`aisle ${aisle} of ${areaKey}: ${JSON.stringify(now)}`);
      await gateway.twin.tell({ do: "key", area: areaKey, key: "reset" });
    }
  }
  async function wholeJournal(chain: string): Promise<JournalRow[]> {
    const rows: JournalRow[] = [];
    for (;;) {
      const after = rows.at(-1)?.revision ?? 0;
      const page = await gateway.call<List<JournalRow>>(
        "GET",
        `/api/v1/journal?chain=${chain}&after=${after}&limit=100`,
      );
      if (page.items.length === 0) return rows;
      rows.push(...page.items);
    }
  }
  const stands = (controller: TwinArea["controller"]) =>
    controller.columns.every((column) => column.motion === "still");

  it("stops alone, stays where it is after the restart, says what to do, and opens again after the panel's reset", async () => {
    const { twin } = gateway;
    await twin.tell({ do: "speed", factor: 2 });
    await each((areaKey) => open(areaKey, 1));
    // Slow enough that the kill surely comes before the end, on a busy machine too.
    await twin.tell({ do: "speed", factor: 0.5 });

    const commands = await each((areaKey) => open(areaKey, 2, true));
    const moving = await each((areaKey) => twin.area(areaKey));
    const journalBefore = await wholeJournal("room:r1");
    const lent = await lendBoxes(gateway, 3);

    const killedAtMs = Date.now();
    await gateway.kill();
    for (const areaKey of areaKeys) {
      const rest = await until(`${areaKey} stands`, async () => {
        const now = await twin.area(areaKey);
        return stands(now.controller) && now.controller.activity === "stopped" && now;
      });
      expect(Date.now() - killedAtMs).toBeLessThan(standMsMax);
      expect(rest.controller).toMatchObject({ activity: "stopped", openAisle: null });
      expect(rest.safety.crushed).toBe(0);
    }
    const stood = await each((areaKey) => twin.area(areaKey));
    expect(stood.map((one) => one.positionsMm)).not.toEqual(moving.map((one) => one.positionsMm));
    // Somebody walks into what was about to close: nothing may come to life round them.
    await twin.tell({ do: "enter", area: "r1.1", aisle: 1, who: "wang" });

    await gateway.start();
    await each((areaKey) => until(`${areaKey} is online`, async () => (await area(areaKey)).isOnline));
    await pause(2_000);
    for (const [i, areaKey] of areaKeys.entries()) {
      const now = await twin.area(areaKey);
      expect(now.positionsMm).toEqual(stood[i]?.positionsMm);
      expect(now.controller.lastCommand).toEqual(stood[i]?.controller.lastCommand);
      expect(now.safety.crushed).toBe(0);
      // The broker ends with its gateway: motion may lose the area on MQTT before it hears that its gateway is gone.
      const { state, why: ending } = await command(commands[i]?.id ?? "");
      expect(["stopped motion-stopped", "failed motion-link-lost"]).toContain(`${state} ${ending?.code}`);

      const view = await area(areaKey);
      expect(view.activity).toBe("stopped");
      const why = view.may["open:2"] as Saying;
      expect(why.zh).toMatch(/面板.*复位/);
      expect(why.en).toMatch(/reset .*panel|Reset at the panel/i);
      const refused = await gateway.ask("POST", `/api/v1/areas/${areaKey}/open`, { aisle: 2 });
      expect(refused).toMatchObject({ status: 409, body: { code: why.code } });
    }
    // A reset with somebody inside is no reset.
    await twin.tell({ do: "key", area: "r1.1", key: "reset" });
    await pause(1_000);
    expect((await area("r1.1")).may["open:2"]).not.toBe(true);
    await twin.tell({ do: "leave", area: "r1.1", who: "wang" });
    await each((areaKey) => twin.tell({ do: "key", area: areaKey, key: "reset" }));
    await twin.tell({ do: "speed", factor: 2 });
    await each((areaKey) => open(areaKey, 2));
    for (const areaKey of areaKeys) {
      expect((await twin.area(areaKey)).controller).toMatchObject({ activity: "idle", openAisle: 2 });
      expect((await area(areaKey)).interlocks).toEqual([]);
    }

    const journalAfter = await wholeJournal("room:r1");
    expect(journalAfter.slice(0, journalBefore.length)).toEqual(journalBefore);
    const ids = commands.map((one) => one.id).sort();
    const settled = journalAfter.filter(
      ({ kind, body }) => kind === "aisle.settled" && ids.includes(`${body.commandId}`),
    );
    expect(settled.map(({ body }) => body.commandId).sort()).toEqual(ids);
    for (const { body } of settled) expect(["motion-stopped", "motion-link-lost"]).toContain(body.code);
    const loans = await gateway.call<List<{ boxId: string }>>("GET", "/api/v1/loans");
    expect(loans.items.map((loan) => loan.boxId)).toEqual(expect.arrayContaining(lent));

    await gateway.kill();
    const verified = await gateway.guiwei("journal", "verify");
    expect(verified).toMatchObject({ code: 0, said: expect.stringContaining("0 处异常") });
    expect(Number(/(\d+) 行/.exec(verified.said)?.[1])).toBeGreaterThanOrEqual(journalAfter.length);
  }, 400_000);
});

/** Boxes lent while the carriages roll; the answers were given before the kill. */
async function lendBoxes(gateway: TestGateway, count: number): Promise<string[]> {
  const holder = await gateway.call<{ id: string }>("POST", "/api/v1/people", {
    login: "reader",
    name: "借阅人",
    roles: [],
    language: "zh",
  });
  const ids: string[] = [];
  for (const { barcode } of gateway.delivery.boxes.slice(0, count)) {
    const found = await gateway.call<List<{ box: { id: string } }>>("GET", `/api/v1/search?q=${barcode}`);
    const id = found.items[0]?.box.id ?? "";
    await gateway.call("POST", `/api/v1/boxes/${id}/take`, { holderId: holder.id, reason: "查阅" });
    ids.push(id);
  }
  return ids;
}
