/** The sentence of the task: one antenna dead, three boxes moved by hand, one lent mid-count, a restart half-way; the stocktake lists exactly that. */
import { readXlsx } from "hucre";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DeliveredBox } from "../../simulators/days/demo-delivery.ts";
import type { BoxDetail } from "../../src/contract/catalogue.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import type { List } from "../../src/contract/lists.ts";
import type { StocktakeLine, StocktakeView } from "../../src/contract/stocktake.ts";
import { besideOnEachStore, openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";
import { smallDelivery, smallLayout } from "../support/small-site.ts";

const layersTotal = smallLayout.layerById.size;
const layerOf = (box: DeliveredBox) => smallLayout.slotById.get(box.slotId)?.layerId ?? "";
const boxesIn = (layerId: string) => smallDelivery.boxes.filter((box) => layerOf(box) === layerId);
const deadPort = 7;
const deadLayer = smallLayout.layerByAntenna.get(`rd-1:${deadPort}`)?.id ?? "";

/** A free slot of that layer that takes the box. */
function freeSlot(layerId: string, box: DeliveredBox): string {
  const taken = new Set(smallDelivery.boxes.map((one) => one.slotId));
  const slot = [...smallLayout.slotById.values()].find(
    (one) => one.layerId === layerId && !taken.has(one.id) && one.widthMm >= box.thicknessMm,
  );
  if (!slot) throw new Error(`no free slot in ${layerId}`);
  return slot.id;
}

besideOnEachStore("a stocktake with a dead antenna, moved boxes, a loan and a restart", (engine) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openGatewayProcess(engine);
    await gateway.fillCatalogue();
  }, 300_000);
  afterAll(() => gateway?.dispose(), 60_000);

  const view = (id: string) => gateway.call<StocktakeView>("GET", `/api/v1/stocktakes/${id}`);
  async function lines(id: string): Promise<StocktakeLine[]> {
    const page = await gateway.call<List<StocktakeLine>>("GET", `/api/v1/stocktakes/${id}/lines?limit=500`);
    expect(page.nextCursor).toBeNull();
    return page.items;
  }

  async function pauseAndResume(id: string): Promise<void> {
    await until("a few antennas are read", async () => (await view(id)).antennasDone >= 3);
    const paused = await gateway.call<StocktakeView>("POST", `/api/v1/stocktakes/${id}/pause`);
    expect(paused.state).toBe("paused");
    expect((await gateway.ask("POST", `/api/v1/stocktakes/${id}/pause`)).status).toBe(409);
    const atPause = (await view(id)).antennasDone;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await view(id)).antennasDone).toBe(atPause);
    expect((await gateway.call<StocktakeView>("POST", `/api/v1/stocktakes/${id}/resume`)).state).toBe("running");
  }

  async function killHalfWay(id: string): Promise<void> {
    const half = await until("half of the antennas are read", async () => {
      const now = await view(id);
      return now.antennasDone >= layersTotal / 2 && now;
    });
    expect(half.state).toBe("running");
    await gateway.kill();
    await gateway.start();
    const again = await view(id);
    expect(again.antennasDone).toBeGreaterThanOrEqual(half.antennasDone);
    expect(again.antennasDone).toBeLessThan(layersTotal);
  }

  it("lists exactly those, and that layer as not covered", async () => {
    const { twin } = gateway;
    await until("all readers are up", async () => {
      const devices = await gateway.call<List<{ kind: string; state: string }>>("GET", "/api/v1/devices");
      return devices.items.filter((one) => one.kind === "reader").every((one) => one.state === "up");
    });
    await twin.tell({ do: "missing-antenna", reader: "rd-1", port: deadPort });
    const moved = await moveBoxes(gateway);
    const lent = boxesIn("r1.2.3A.2.2")[1] as DeliveredBox;
    const started = await gateway.call<StocktakeView>("POST", "/api/v1/stocktakes", {
      roomId: "r1",
      scope: {},
      settings: { presentMax: 0.001 },
    });
    const { id } = started;
    expect(started).toMatchObject({ state: "running", layersTotal, antennasTotal: layersTotal });

    await pauseAndResume(id);
    const boxId = await lend(gateway, lent);
    await killHalfWay(id);
    const done = await until("the count goes on by itself and ends", async () => {
      const now = await view(id);
      return now.state === "done" && now;
    });
    const result = await lines(id);
    expectCovered(done, moved, result);
    await expectOnLoan(gateway, lent, boxId, result);

    // The result is kept by value: what happens in the room afterwards does not touch it.
    for (const { box } of moved) await twin.tell({ do: "move", epc: box.epc, slot: box.slotId });
    await gateway.call("POST", `/api/v1/boxes/${boxId}/return`, {});
    expect(await lines(id)).toEqual(result);
    expect(await view(id)).toEqual(done);

    const download = await gateway.ask("GET", `/api/v1/stocktakes/${id}/result.xlsx`);
    expect(download.status).toBe(200);
    await expectBook(download.bytes, done, lent, result);
  }, 400_000);
});

interface Moved {
  box: DeliveredBox;
  from: string;
  to: string;
  slot: string;
}

async function moveBoxes({ twin }: TestGateway): Promise<Moved[]> {
  // Within area 1, within area 2, and from one to the other; none touches the dead layer.
  const hands = [
    ["r1.1.1B.1.1", "r1.1.3A.2.2"],
    ["r1.2.1B.1.2", "r1.2.2B.2.1"],
    ["r1.1.2B.1.2", "r1.2.3A.1.1"],
  ] as const;
  const moved = hands.map(([from, to]) => {
    const box = boxesIn(from)[0] as DeliveredBox;
    return { box, from, to, slot: freeSlot(to, box) };
  });
  for (const { box, slot } of moved) await twin.tell({ do: "move", epc: box.epc, slot });
  return moved;
}

/** In the middle of the stocktake; the box's id. */
async function lend(gateway: TestGateway, lent: DeliveredBox): Promise<string> {
  const { twin } = gateway;
  const holder = await gateway.call<{ id: string }>("POST", "/api/v1/people", {
    login: "reader",
    name: "借阅人",
    roles: [],
    language: "zh",
  });
  const found = await gateway.call<List<{ box: { id: string } }>>("GET", `/api/v1/search?q=${lent.barcode}`);
  const boxId = found.items[0]?.box.id ?? "";
  await twin.tell({ do: "take", epc: lent.epc, who: "reader" });
  const takePath = `/api/v1/boxes/${boxId}/take`;
  await gateway.call<BoxDetail>("POST", takePath, { holderId: holder.id, reason: "查阅" });
  return boxId;
}

const classOf = (result: readonly StocktakeLine[], kind: string) => result.filter((line) => line.class === kind);

const barcodesOf = (result: readonly StocktakeLine[], kind: string) =>
  classOf(result, kind)
    .map((line) => line.barcode)
    .sort();

function expectCovered(done: StocktakeView, moved: readonly Moved[], result: readonly StocktakeLine[]): void {
  const of = (kind: string) => classOf(result, kind);
  const barcodes = (kind: string) => barcodesOf(result, kind);
  expect(done.summary?.notCoveredLayers).toEqual([{ layerId: deadLayer, why: "antenna-missing" }]);
  expect(done).toMatchObject({ layersTotal, layersCovered: layersTotal - 1, antennasUnhealthy: 1 });
  expect(of("missing")).toEqual([]);
  expect(of("unexpected")).toEqual([]);
  expect(barcodes("misplaced")).toEqual(moved.map(({ box }) => box.barcode).sort());
  for (const { box, from, to } of moved)
    expect(of("misplaced").find((line) => line.barcode === box.barcode)).toMatchObject({
      certainty: "confirmed",
      expectedLayerId: from,
      seenLayerId: to,
      expectedCode: box.locationCode,
      proposals: ["putBack", "correctHome"],
    });
  for (const { probability, evidence, alternatives, seenCode } of of("misplaced")) {
    expect(probability).toBeGreaterThanOrEqual(0.99);
    expect(alternatives[0]?.code).toBe(seenCode);
    expect(alternatives[0]?.probability).toBeCloseTo(probability ?? -1, 6);
    expect(evidence.find((one) => one.code === seenCode)?.roundsAnswered).toBeGreaterThan(0);
  }
  expect(barcodes("notCovered")).toEqual(
    boxesIn(deadLayer)
      .map((box) => box.barcode)
      .sort(),
  );
  expect(of("notCovered").every((line) => line.expectedLayerId === deadLayer)).toBe(true);
  expect(of("found")).toHaveLength(smallDelivery.boxes.length - 3 - 1 - boxesIn(deadLayer).length);
  expect(done.summary).toMatchObject({
    found: of("found").length,
    misplaced: 3,
    missing: 0,
    unexpected: 0,
    onLoan: 1,
    notCovered: boxesIn(deadLayer).length,
    layersTotal,
    layersCovered: layersTotal - 1,
  });
}

async function expectOnLoan(
  gateway: TestGateway,
  lent: DeliveredBox,
  boxId: string,
  result: readonly StocktakeLine[],
): Promise<void> {
  const of = (kind: string) => classOf(result, kind);
  expect(of("onLoan")).toMatchObject([
    { barcode: lent.barcode, certainty: "confirmed", explanation: { code: "taken-during-count", holder: "借阅人" } },
  ]);
  const revision = Number(of("onLoan")[0]?.explanation.revision);
  const journal = await gateway.call<List<JournalRow>>(
    "GET",
    `/api/v1/journal?chain=room:r1&after=${revision - 1}&limit=1`,
  );
  expect(journal.items).toMatchObject([{ revision, kind: "box.taken", subject: `box:${boxId}`, reason: "查阅" }]);
}

async function expectBook(
  bytes: Buffer,
  done: StocktakeView,
  lent: DeliveredBox,
  result: readonly StocktakeLine[],
): Promise<void> {
  const of = (kind: string) => classOf(result, kind);
  const barcodes = (kind: string) => barcodesOf(result, kind);
  const book = await readXlsx(bytes);
  const [head, ...rows] = (book.sheets.find((sheet) => sheet.name === "明细")?.rows ?? []) as unknown[][];
  const column = (name: string) => head?.indexOf(name) ?? -1;
  expect(rows).toHaveLength(result.length);
  const inBook = (kind: string) =>
    rows
      .filter((row) => row[column("结果")] === kind)
      .map((row) => row[column("盒条码")])
      .sort();
  expect(inBook("错架")).toEqual(barcodes("misplaced"));
  expect(inBook("借出")).toEqual([lent.barcode]);
  expect(inBook("未覆盖")).toEqual(barcodes("notCovered"));
  expect(inBook("缺失")).toEqual([]);
  const overview = Object.fromEntries(
    (book.sheets.find((sheet) => sheet.name === "盘点概况")?.rows ?? []).map((row) => [row[0], row[1]]),
  );
  const inBookOf = (barcode: string) => rows.find((row) => row[column("盒条码")] === barcode);
  for (const line of of("misplaced")) {
    const row = inBookOf(line.barcode ?? "");
    expect(row?.[column("概率")]).toBeCloseTo(line.probability ?? -1, 6);
    expect(row?.[column("建议")]).toBe("放回原位、更正架位");
    expect(row?.[column("可能位置")]).toContain(line.seenCode);
    expect(row?.[column("依据")]).toMatch(/应答 \d+\/\d+ 轮，平均 -\d+\.\d dBm/);
  }
  expect(inBookOf(lent.barcode)?.[column("概率")] ?? "").toBe("");
  expect(overview).toMatchObject({
    报告缺失的盒仍在库的概率不超过: "0.1%",
    读写器: (done.summary as { readers: string[] }).readers.join("、"),
    读取轮次: done.roundsRead,
    读不到的标签: 0,
  });
  expect(done.roundsRead).toBeGreaterThanOrEqual(layersTotal - 1);
  expect(overview).toMatchObject({ 应读层数: layersTotal, 已覆盖层数: layersTotal - 1, 错架: 3, 借出: 1, 缺失: 0 });
}
