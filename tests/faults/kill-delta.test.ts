/**
 * kill -9 between the use of an aisle and what its delta stocktake found: the faces are read all the same, each finding is told once.
 * Each case on one engine, beside the other (GUIWEI_EACH_STORE=1: on both).
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DeliveredBox } from "../../simulators/days/demo-delivery.ts";
import type { AreaView } from "../../src/contract/aisles.ts";
import type { BoxDetail } from "../../src/contract/catalogue.ts";
import type { List } from "../../src/contract/lists.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import {
  besideOnOneStore,
  openGatewayProcess,
  type StoreEngine,
  type TestGateway,
  until,
} from "../support/gateway-process.ts";
import { moveUntil } from "../support/move-until.ts";
import { smallDelivery, smallLayout } from "../support/small-site.ts";

const areaKey = "r1.1";
const layerOf = (slotId: string) => smallLayout.layerById.get(smallLayout.slotById.get(slotId)?.layerId ?? "");
const behind = (aisle: number) =>
  smallDelivery.boxes.filter(({ slotId }) => layerOf(slotId)?.areaId === "1" && layerOf(slotId)?.aisle === aisle);
/** Of the middle of a stocktake: a fast machine may be through before the kill. */
const attemptsMax = 5;

/** A filled context whose carriages are quick. */
function roomOf(engine: StoreEngine) {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openGatewayProcess(engine);
    await gateway.fillCatalogue();
    await gateway.twin.tell({ do: "speed", factor: 2 });
  }, 300_000);
  afterAll(() => gateway?.dispose(), 60_000);

  const area = () => gateway.call<AreaView>("GET", `/api/v1/areas/${areaKey}`);
  const attention = async (aisle: number) => (await area()).attention.find((one) => one.aisle === aisle);
  const open = (aisle: number) =>
    moveUntil(gateway, { areaKey, may: `open:${aisle}`, openAisle: aisle }, () =>
      gateway.ask("POST", `/api/v1/areas/${areaKey}/open`, { aisle }),
    );
  const close = () =>
    moveUntil(gateway, { areaKey, may: "close", openAisle: 0 }, () =>
      gateway.ask("POST", `/api/v1/areas/${areaKey}/close`, {}),
    );
  const isTold = (aisle: number, box: DeliveredBox) =>
    until(`${box.barcode} is told at aisle ${aisle}`, async () =>
      (await attention(aisle))?.findings.some((one) => one.barcode === box.barcode),
    );

  /** With the gateway down. */
  async function stored(box: DeliveredBox) {
    const database = await openDatabase(gateway.store.place);
    const findings = await database.sql<{ aisle: number }[]>`
      SELECT aisle FROM aisle_findings WHERE barcode = ${box.barcode}`;
    const told = await database.sql`
      SELECT 1 FROM journal WHERE kind = 'stocktake.ended'
        AND body->'told' @> jsonb_build_array(jsonb_build_object('barcode', ${box.barcode}::text))`;
    const counts = await database.sql<{ state: string }[]>`
      SELECT state FROM stocktakes WHERE kind = 'delta' ORDER BY id DESC LIMIT 1`;
    await database.close();
    return { findings: findings.length, told: told.length, newest: counts[0]?.state ?? "none" };
  }
  async function place(box: DeliveredBox) {
    const { items } = await gateway.call<List<{ box: { id: string } }>>("GET", `/api/v1/search?q=${box.barcode}`);
    return (await gateway.call<BoxDetail>("GET", `/api/v1/boxes/${items[0]?.box.id}`)).place;
  }

  return {
    ...{ attention, close, isTold, open, place, stored },
    get gateway() {
      return gateway;
    },
  };
}

besideOnOneStore("kill -9 before a delta stocktake has begun", "embedded", (engine) => {
  const room = roomOf(engine);
  const { close, isTold, open, stored } = room;

  it("while the aisle stands open: it is read when it has closed", async () => {
    const box = behind(2)[0] as DeliveredBox;
    await open(2);
    await room.gateway.twin.tell({ do: "carry-out", epc: box.epc });
    await room.gateway.kill();
    expect(await stored(box)).toMatchObject({ findings: 0, told: 0 });
    await room.gateway.start();
    await close();
    await isTold(2, box);
  }, 300_000);
});

besideOnOneStore("kill -9 before a delta stocktake has told what it found", "postgres", (engine) => {
  const room = roomOf(engine);
  const { attention, close, isTold, open, place, stored } = room;

  it("while the faces are read: it goes on, tells once, and moves nothing on the books", async () => {
    let told: DeliveredBox | null = null;
    for (let attempt = 0; attempt < attemptsMax && !told; attempt++) {
      const box = behind(1)[attempt] as DeliveredBox;
      const before = await place(box);
      await open(1);
      await room.gateway.twin.tell({ do: "carry-out", epc: box.epc });
      await close();
      await until("it is being read, or was", async () => {
        const now = await attention(1);
        return now?.delta === "running" || now?.findings.some((one) => one.barcode === box.barcode);
      });
      await room.gateway.kill();
      const { newest } = await stored(box);
      await room.gateway.start();
      await isTold(1, box);
      expect(await place(box)).toEqual(before);
      if (newest === "running") told = box;
    }
    expect(told, "no kill fell into a count").not.toBeNull();
    // Killed once more with everything told: nothing is told again.
    await room.gateway.kill();
    expect(await stored(told as DeliveredBox)).toMatchObject({ findings: 1, told: 1, newest: "done" });
    await room.gateway.start();
    await isTold(1, told as DeliveredBox);
    await room.gateway.kill();
    expect(await stored(told as DeliveredBox)).toMatchObject({ findings: 1, told: 1, newest: "done" });
    expect(await room.gateway.guiwei("journal", "verify")).toMatchObject({ code: 0 });
  }, 400_000);
});
