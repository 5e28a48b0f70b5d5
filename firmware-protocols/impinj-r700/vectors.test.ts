import { describe, expect, it } from "vitest";
import { readsPerMessageMax, type TagRead } from "../epc/tag-read.ts";
import type { EpcField } from "./binary-field.ts";
import { decodeReport } from "./decode-report.ts";
import file from "./vectors.json" with { type: "json" };

interface Vector {
  name: string;
  payload: unknown;
  expect: Record<string, unknown>[];
  hints?: unknown[];
  problems?: number;
  epcField?: EpcField;
}
const vectors = file.vectors as Vector[];

/** Our read in the terms of the vector file; times are compared as times, whatever their spelling. */
function inVectorWords(read: TagRead) {
  return { ...read, rssiDbm: read.signalDbm, at: read.atMs, pc: read.pc?.toString(16).padStart(4, "0").toUpperCase() };
}

function stated(expected: Record<string, unknown>) {
  const at = String(expected.at).replace(/([+-]\d\d)(\d\d)$/, "$1:$2");
  return { ...expected, at: Date.parse(at) };
}

describe("impinj-r700 vectors", () => {
  it.each(vectors)("$name", (vector) => {
    const report = decodeReport(vector.payload, vector.epcField ?? "unset");
    expect(report.reads.map(inVectorWords)).toMatchObject(vector.expect.map(stated));
    expect(report.hints).toEqual(vector.hints ?? []);
    expect(report.problems.map(({ why }) => typeof why)).toEqual(Array(vector.problems ?? 0).fill("string"));
  });

  it("looks at a bounded number of entries of a message and says so", () => {
    const one = vectors.find(({ name }) => name === "impinj-r700-full")!.payload;
    const report = decodeReport(Array(readsPerMessageMax + 500).fill(one), "unset");
    expect([report.reads.length, report.problems.length]).toEqual([readsPerMessageMax, 1]);
  });
});
