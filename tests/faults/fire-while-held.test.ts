/** S21 when the gateway hears nothing: motion hears fire of the broker itself, embedded and external, and stops its areas. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AreaView, CommandView } from "../../src/contract/aisles.ts";
import type { AlarmsView } from "../../src/contract/alarms.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import type { List } from "../../src/contract/lists.ts";
import { openGatewayProcess, pause, type TestGateway, until } from "../support/gateway-process.ts";
import { hasMosquitto, startMosquitto, type TestMosquitto } from "../support/mosquitto.ts";
import { smallSiteFile } from "../support/small-site.ts";

const areaKeys = ["r1.1", "r1.2"];
const attemptsMax = 6;

describe.each([
  ["the embedded broker", false],
  ["Mosquitto (skipped where it is not installed)", true],
])("fire while the gateway is held, through %s", (_, isExternal) => {
  let gateway: TestGateway;
  let broker: TestMosquitto | null = null;
  const isHere = !isExternal || hasMosquitto;
  beforeAll(async () => {
    if (!isHere) return;
    if (isExternal) broker = await startMosquitto(smallSiteFile);
    gateway = await openGatewayProcess("embedded", {}, { broker });
  }, 300_000);
  afterAll(async () => {
    await gateway?.dispose();
    await broker?.dispose();
  }, 60_000);

  const area = (areaKey: string) => gateway.call<AreaView>("GET", `/api/v1/areas/${areaKey}`);
  const alarms = () => gateway.call<AlarmsView>("GET", "/api/v1/alarms");
  const fire = (on: "on" | "off") =>
    gateway.twin.tell({ do: "alarm", area: "r1.2", kind: "fire", level: "danger", on });
  const latched = async (areaKey: string) => (await gateway.twin.area(areaKey)).controller.activity === "stopped";

  async function rolling(areaKey: string, aisle: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await until(`${areaKey} may open`, async () => {
        await gateway.twin.tell({ do: "key", area: areaKey, key: "reset" });
        return (await area(areaKey)).may[`open:${aisle}`] === true;
      });
      const asked = await gateway.ask("POST", `/api/v1/areas/${areaKey}/open`, { aisle });
      const { id } = asked.body as CommandView;
      const isRolling =
        asked.status === 202 &&
        (await until(`${areaKey} rolls`, async () => {
          const view = await gateway.call<CommandView>("GET", `/api/v1/commands/${id}`);
          const { columns } = (await gateway.twin.area(areaKey)).controller;
          return view.settledAtMs !== null ? "ended" : columns.some(({ motion }) => motion !== "still") && "rolls";
        })) === "rolls";
      if (isRolling) return;
      if (attempt === attemptsMax) throw new Error(`${areaKey} never rolls: ${JSON.stringify(asked.body)}`);
    }
  }

  it.skipIf(!isHere)(
    "what moves stops within the second, no other area starts, and the gateway learns it",
    async () => {
      await gateway.twin.tell({ do: "speed", factor: 0.2 });
      await rolling("r1.1", 2);
      gateway.signal("SIGSTOP");
      try {
        // Longer than a broker waits for whoever says nothing.
        await fire("on");
        for (const areaKey of areaKeys) await until(`${areaKey} is stopped`, () => latched(areaKey), 20_000);
        // They brake over some millimetres.
        await until("the carriages stand", async () =>
          (await gateway.twin.area("r1.1")).controller.columns.every(({ motion }) => motion === "still"),
        );
        const stood = (await gateway.twin.area("r1.1")).positionsMm;
        // Longer than a broker keeps a client that says nothing.
        await pause(isExternal ? 20_000 : 1_000);
        expect((await gateway.twin.area("r1.1")).positionsMm).toEqual(stood);
      } finally {
        gateway.signal("SIGCONT");
      }
      const [standing] = await until("the fire is on the console", async () => {
        // A gateway that was held may refuse as busy for a moment.
        const found = await alarms().then(
          ({ standing }) => standing,
          () => [],
        );
        return found.length > 0 && found;
      });
      expect(standing).toMatchObject({ kind: "fire", deviceId: "shelf-2", isHolding: true });
      for (const areaKey of areaKeys)
        expect((await area(areaKey)).may["open:1"]).toMatchObject({ code: "area-room-alarm" });
      await pause(1_000);
      const { items: rows } = await gateway.call<List<JournalRow>>(
        "GET",
        "/api/v1/journal?chain=room:r1&after=0&limit=100",
      );
      expect(rows.filter(({ kind }) => kind === "room.alarm").map(({ body }) => body.state)).toEqual(["raised"]);
      // Over, and opened again by a reset alone.
      await fire("off");
      await until("nothing stands", async () => (await alarms()).standing.length === 0);
      expect((await area("r1.1")).may["open:1"]).not.toBe(true);
      await gateway.twin.tell({ do: "speed", factor: 2 });
      await rolling("r1.1", 1);
    },
    400_000,
  );
});
