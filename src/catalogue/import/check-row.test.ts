import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../site/layout.ts";
import { parseSite } from "../../site/parse-site.ts";
import type { Site } from "../../site/schema.ts";
import { fileChecker } from "./check-file.ts";
import { checkRow, type ImportedRecord } from "./check-row.ts";
import { isCreditCode } from "./credit-code.ts";

const layout = layoutOf(
  parseSite(readFileSync(new URL("../../../sites/demo.yaml", import.meta.url), "utf8")).site as Site,
);
const good = {
  customerNo: "3200118755",
  name: "张三丰",
  barcode: "GW-1",
  thicknessMm: "30",
  epc: "3315A537C809CE0000000008",
  locationCode: "1-01-B-01-01-02",
};

describe("checking a row", () => {
  it("takes a good row, its home being where it stands", () => {
    const { value, faults } = checkRow(layout, 2, good);
    expect(faults).toEqual([]);
    expect(value?.record).toMatchObject({ recordNo: "3200118755", state: "active" });
    expect(value?.box).toMatchObject({ slotId: "r1.1.1B.1.1.2", homeSlotId: "r1.1.1B.1.1.2", thicknessMm: 30 });
  });

  it.each([
    [{ ...good, name: "" }, "name", "row-value-missing"],
    [{ ...good, customerNo: "32 00" }, "customerNo", "row-value-invalid"],
    [{ ...good, state: "休眠" }, "state", "row-value-invalid"],
    [{ ...good, epc: "xyz" }, "epc", "row-value-invalid"],
    [{ ...good, thicknessMm: "3.5" }, "thicknessMm", "row-value-invalid"],
    [{ ...good, locationCode: "9-99" }, "locationCode", "slot-unknown"],
    [{ ...good, thicknessMm: "50" }, "locationCode", "box-too-thick"],
    [{ ...good, legalEntityCode: "91320100MA1MKBJ36Y" }, "legalEntityCode", "row-check-digit"],
    [{ customerNo: "1", name: "x", epc: "AABB" }, "barcode", "row-value-missing"],
  ])("names the column and the reason: %j", (raw, column, code) => {
    const cleaned = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== ""));
    expect(checkRow(layout, 2, cleaned).faults).toContainEqual(expect.objectContaining({ row: 2, column, code }));
  });

  it("takes a record without a box (全程电子化) and refuses an empty row", () => {
    expect(checkRow(layout, 2, { customerNo: "1", name: "李四" }).value?.box).toBeNull();
    expect(checkRow(layout, 2, {}).faults[0]?.code).toBe("row-empty");
  });
});

describe("rows against each other", () => {
  it("finds the same record number, tag and slot said twice, and boxes that contradict", () => {
    const checker = fileChecker(1_000);
    const first = checkRow(layout, 2, good).value;
    expect(first && checker.check(first, 1)).toEqual({ faults: [], boxFirst: null });
    const codes = (row: number, raw: Parameters<typeof checkRow>[2]) => {
      const { value } = checkRow(layout, row, raw);
      return value
        ? checker.check(value, row - 1).faults.map((fault) => [fault.column, fault.code, fault.params.row])
        : "not read";
    };
    expect(codes(3, { ...good, barcode: "GW-2", recordNo: "R2" })).toEqual([
      ["epc", "row-twice", 2],
      ["locationCode", "row-twice", 2],
    ]);
    expect(codes(4, { ...good })).toEqual([["recordNo", "row-twice", 2]]);
    expect(codes(5, { ...good, recordNo: "R5", thicknessMm: "31" })).toEqual([["barcode", "row-box-differs", 2]]);
    expect(codes(6, { customerNo: "7", name: "王五", barcode: "GW-1" })).toEqual([]);
  });
});

describe("rows against each other, in a long file", () => {
  it("costs bytes and no texts: a file of the longest values leaves the heap as it is", () => {
    const checker = fileChecker(300_000);
    const long = (i: number, length: number) => `${i}`.padStart(length, "x");
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const heapMb = () => {
      collect();
      return process.memoryUsage().heapUsed / 2 ** 20;
    };
    const before = heapMb();
    for (let i = 1; i <= 50_000; i++) {
      const box = { barcode: long(i, 64), thicknessMm: 30, epc: long(i, 124), slotId: null, homeSlotId: null };
      const record = { recordNo: long(i, 64) } as ImportedRecord;
      if (checker.check({ row: i + 1, record, box }, i).faults.length > 0) throw new Error(`row ${i}`);
    }
    // The former maps took some 25 MB for these rows.
    expect(heapMb() - before).toBeLessThan(5);
    const again = { row: 9, record: { recordNo: long(77, 64) } as ImportedRecord, box: null };
    expect(checker.check(again, 50_001).faults).toMatchObject([{ code: "row-twice", params: { row: 78 } }]);
  }, 60_000);
});

describe("text that no database takes", () => {
  it("is a fault of its row, whose words can be stored; any other text is none", () => {
    const unit = fc.oneof(
      fc.constantFrom("\0", "\uD800", "\uDC00", "\u{1F600}", "户", "a"),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 60 }), fc.constantFrom("name", "line", "customerNo"), (parts, column) => {
        const text = parts.join("");
        const { value, faults } = checkRow(layout, 2, { ...good, [column]: text });
        const isBad = Buffer.from(text).toString() !== text || text.includes("\0");
        expect(faults.some(({ code }) => code === "row-text-unusable")).toBe(isBad);
        const stored = JSON.stringify([value, faults]);
        expect(stored).not.toMatch(/\\u0000|\\ud[89a-f]/i);
      }),
    );
  });
});

describe("unified social credit code", () => {
  it.each(["91110000802100433B", "91350100M000100Y43"])("accepts %s, published as a valid example", (code) => {
    expect(isCreditCode(code)).toBe(true);
    expect(isCreditCode(`${code.slice(0, 17)}${code[17] === "0" ? "1" : "0"}`)).toBe(false);
  });
});
