import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { explain } from "./explain.ts";

describe("why a line says what it says", () => {
  it("has a sentence in both languages for every code the judge gives", () => {
    const judge = readFileSync(new URL("./judging/lines-from-beliefs.ts", import.meta.url), "utf8");
    const codes = [
      ...judge.matchAll(
        /"((?:heard|moved|on-loan|taken|place|unknown|belongs|not-heard|no-tag|tag-unreadable|tag-never)[a-z-]*)"/g,
      ),
    ]
      .map((match) => match[1] ?? "")
      .filter((code) => code.includes("-"));
    expect(codes.length).toBeGreaterThan(7);
    const unknown = explain("some-fault-of-a-reader", {});
    for (const code of codes) expect(explain(code, {}), code).not.toEqual(unknown);
  });

  it("fills in what was heard where", () => {
    const words = explain("heard-elsewhere", { seen: "1-01-B-01-01", roundsThere: 5, roundsInPlace: 0 });
    expect(words.zh).toBe("在 1-01-B-01-01 读到 5 轮，在原层读到 0 轮。");
    expect(words.en).toContain("5 rounds at 1-01-B-01-01");
  });
});
