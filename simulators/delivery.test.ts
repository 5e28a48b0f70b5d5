import { expect, it } from "vitest";
import { readDelivery } from "./delivery.ts";

const box = { epc: "33AA", thicknessMm: 30, slotId: "r1.1.1B.1.1.1" };
const other = { epc: "33AB", thicknessMm: 40, slotId: "r1.1.1B.1.1.2" };

it("reads an array, an object with boxes, lines, one line, and nothing", () => {
  expect(readDelivery(JSON.stringify([box, other]))).toEqual([box, other]);
  expect(readDelivery(JSON.stringify({ boxes: [box], records: [] }, null, 2))).toEqual([box]);
  expect(readDelivery(`${JSON.stringify(box)}\n\n${JSON.stringify(other)}\n`)).toEqual([box, other]);
  expect(readDelivery(JSON.stringify(box))).toEqual([box]);
  expect(readDelivery("  \n")).toEqual([]);
});

it("names the entry that is wrong", () => {
  expect(() => readDelivery(JSON.stringify([box, { ...box, epc: "XYZ" }]))).toThrow("entry 2: epc");
  expect(() => readDelivery(JSON.stringify([{ ...box, thicknessMm: "30" }]))).toThrow("entry 1: thicknessMm");
  expect(() => readDelivery(JSON.stringify([{ ...box, slotId: 7 }]))).toThrow("entry 1: slotId");
});
