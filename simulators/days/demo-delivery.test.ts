import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeEpc } from "../../firmware-protocols/epc/index.ts";
import { layoutOf } from "../../src/site/layout.ts";
import { parseSite } from "../../src/site/parse-site.ts";
import { creditCodeCheck } from "./credit-code.ts";
import { demoDelivery, graiOf, standing } from "./demo-delivery.ts";

const site = parseSite(readFileSync("sites/demo.yaml", "utf8")).site;
if (!site) throw new Error("sites/demo.yaml does not parse");
const layout = layoutOf(site);
const delivery = demoDelivery(layout, "demo");

describe("the demo delivery", () => {
  it("is the same for the same seed and another for another", () => {
    expect(demoDelivery(layout, "demo")).toEqual(delivery);
    expect(demoDelivery(layout, "other").records[0]).not.toEqual(delivery.records[0]);
  });

  it("puts 5 000 boxes with unique tags and barcodes into slots they fit, half in each area", () => {
    expect(delivery.boxes).toHaveLength(5000);
    for (const key of ["epc", "barcode", "slotId", "locationCode"] as const)
      expect(new Set(delivery.boxes.map((box) => box[key])).size).toBe(5000);
    for (const box of delivery.boxes) {
      const slot = layout.slotById.get(box.slotId);
      expect(slot?.locationCode).toBe(box.locationCode);
      expect(box.epc).toMatch(/^33[0-9A-F]{22}$/);
      expect(slot?.widthMm).toBe(box.thicknessMm === 30 ? 35 : 52);
    }
    for (const area of layout.areas) {
      const prefix = `${area.roomId}.${area.id}.`;
      expect(delivery.boxes.filter((box) => box.slotId.startsWith(prefix))).toHaveLength(2500);
    }
  });

  it("leaves room on every layer", () => {
    const perLayer = new Map<string, number>();
    for (const box of delivery.boxes) {
      const layer = layout.slotById.get(box.slotId)?.layerId ?? "";
      perLayer.set(layer, (perLayer.get(layer) ?? 0) + 1);
    }
    expect(perLayer.size).toBe(320);
    expect(Math.max(...perLayer.values())).toBeLessThanOrEqual(16);
  });

  it("catalogues 6 000 records: some share a box, some have no paper, some closed ones stand among the active", () => {
    const { records } = delivery;
    expect(records).toHaveLength(6000);
    expect(new Set(records.map((record) => record.recordNo)).size).toBe(6000);
    expect(records.filter((record) => record.barcode === null).length).toBeGreaterThan(300);
    const area1 = new Set(delivery.boxes.filter((box) => box.slotId.startsWith("r1.1.")).map((box) => box.barcode));
    const strays = records.filter((r) => r.state === "closed" && r.barcode && area1.has(r.barcode));
    expect(strays.length).toBeGreaterThanOrEqual(60);
    expect(records.every((r) => !r.barcode || area1.has(r.barcode) || r.state === "closed")).toBe(true);
    const owners = new Map(records.filter((r) => r.barcode).map((r) => [r.barcode, r.customerNo]));
    expect(new Set(owners.values()).size).toBe(5000);
    for (const record of records) {
      expect(record.customerNo).toMatch(/^3200\d{6}$/);
      if (record.barcode) expect(owners.get(record.barcode)).toBe(record.customerNo);
    }
  });

  it("gives companies codes whose check digits hold", () => {
    const codes = delivery.records.flatMap((record) => record.legalEntityCode ?? []);
    expect(codes.length).toBeGreaterThan(1500);
    for (const code of codes) expect(creditCodeCheck(code.slice(0, 17))).toBe(code[17]);
    // A published code: 中国移动通信集团有限公司.
    expect(creditCodeCheck("91110000710925462")).toBe("X");
  });

  it("tells the twin nothing but tags, thicknesses and slots", () => {
    expect(Object.keys(standing(delivery)[0] ?? {})).toEqual(["epc", "thicknessMm", "slotId"]);
  });

  it("writes tags as GRAI-96 that the protocol's own decoder reads back", () => {
    expect(decodeEpc(graiOf(40, 4711))).toMatchObject({ scheme: "grai-96", fields: ["6901234", "10040", "4711"] });
  });
});
