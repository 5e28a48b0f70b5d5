import { describe, expect, it } from "vitest";
import { alarmWord, areaHoldingAlarms, roomHoldingAlarms } from "./alarms.ts";
import { findingClasses, isFindingClass } from "./findings.ts";
import { journalKinds, journalKindTable, journalWords } from "./journal-rows.ts";
import { wordsOf } from "./said.ts";
import { stocktakeClasses, stocktakeClassTable } from "./stocktake-lines.ts";

describe("kinds", () => {
  it("of alarms: what holds is said here once more, so that no edit of the table lets steel move by mistake", () => {
    expect([...areaHoldingAlarms].sort()).toEqual(["fire", "mains-lost", "over-speed", "smoke"]);
    expect([...roomHoldingAlarms].sort()).toEqual(["fire", "smoke"]);
    expect([alarmWord("smoke", "zh"), alarmWord("heat", "en"), alarmWord("toString", "en")]).toEqual([
      "烟雾",
      "heat",
      "toString",
    ]);
  });

  it("of lines: what needs a person comes first, in words of either language", () => {
    expect(stocktakeClasses.at(0)).toBe("missing");
    expect(stocktakeClasses.at(-1)).toBe("found");
    expect(wordsOf(stocktakeClassTable, "zh")).toMatchObject({ missing: "缺失", found: "在位" });
  });

  it("of findings: some lines are one by what explains them alone", () => {
    expect(isFindingClass("missing", "not-heard")).toBe(true);
    expect(isFindingClass("onLoan", "taken-during-count")).toBe(false);
    expect(isFindingClass("onLoan", "on-loan-but-heard")).toBe(true);
    expect(isFindingClass("found", undefined)).toBe(false);
    expect(isFindingClass("constructor", undefined)).toBe(false);
    expect(findingClasses.filter((of) => !stocktakeClasses.includes(of))).toEqual([]);
  });

  it("of journal rows: each sentence is found by family and verb", () => {
    const words = journalWords("en");
    expect(words.box["in-transit"]).toBe(journalKindTable["box.in-transit"].en);
    expect(Object.values(words).flatMap((family) => Object.keys(family)).length).toBe(journalKinds.length);
  });
});
