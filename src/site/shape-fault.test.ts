import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseSite } from "./parse-site.ts";

const demo = readFileSync("sites/demo.yaml", "utf8");
/** Faults of the demo's site file with one piece of text changed. */
function faults(from: string, to: string) {
  const changed = demo.replace(from, to);
  if (changed === demo) throw new Error(`the demo does not say ${from}`);
  return parseSite(changed).faults;
}

it("names the words that are allowed, once", () => {
  expect(faults("{ no: 1, kind: fixed,", "{ no: 1, kind: fixd,")).toEqual([
    {
      line: 27,
      path: "rooms.0.areas.0.columns.0.kind",
      reason: "must be one of fixed, mobile",
      zh: "应为 fixed、mobile 之一",
    },
  ]);
});

it("tells a field that is missing from one that does not exist", () => {
  expect(faults("purpose: active", "purpos: active")).toMatchObject([
    { path: "rooms.0.areas.0", reason: "the field purpose is missing", zh: "缺少字段 purpose" },
    { path: "rooms.0.areas.0.purpos", zh: "没有名为 purpos 的字段" },
  ]);
});

it("says what a number should be, and what is no YAML at all", () => {
  expect(faults("count: 4, widthMm: 900", "count: four, widthMm: 900")[0]).toMatchObject({
    path: "rooms.0.areas.0.bays.count",
    zh: "应为整数",
  });
  expect(faults("columns:", "columns: [")[0]).toMatchObject({ zh: "不是合法的 YAML" });
});
