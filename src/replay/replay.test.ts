/** Replays the example in docs/replay.md, and checks what that document says about the format. */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { layoutOf } from "../site/layout.ts";
import { parseSite } from "../site/parse-site.ts";
import { printReplay } from "./print-replay.ts";
import { type Replay, replay } from "./replay.ts";

const reads = "docs/examples/reads.ndjson";
const boxes = "docs/examples/boxes.ndjson";
const layout = layoutOf(parseSite(await readFile("sites/demo.yaml", "utf8")).site!);
let folder: string;

async function replayed(...lines: object[]): Promise<Replay> {
  const file = join(folder, "lines.ndjson");
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return replay(layout, [file]);
}
const rounds = (antenna: number, roundsOffered: number, more: object = {}) => {
  return { reader: "rd-101", antenna, roundsOffered, fault: null, atMs: 1_000, ...more };
};
const read = (antenna: number, epc: string, rssiDbm: number, more: object = {}) => {
  return { reader: "rd-101", antenna, epc, rssiDbm, atMs: 1_000, ...more };
};

describe("the example of docs/replay.md", () => {
  let example: Replay;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "guiwei-replay-"));
    example = await replay(layout, [boxes, reads]);
  });

  it("prints what the document shows", async () => {
    const shown = /```text\n([\s\S]*?)```/.exec(await readFile("docs/replay.md", "utf8"))?.[1]?.trim();
    const printed: string[] = [];
    printReplay(example, (line) => printed.push(line));
    // Probabilities depend on the shipped calibration; verdicts and places do not.
    const masked = (text: string) => text.replace(/ [01]\.\d{4}/g, " p");
    expect(masked(printed.join("\n"))).toBe(masked(shown ?? ""));
  });

  it("says where every box is, and what the naive rules make of the same reads", () => {
    const said = Object.fromEntries(example.tags.map((tag) => [tag.barcode ?? tag.epc, tag]));
    expect(said["B-01"]).toMatchObject({ outcome: "confirmed", code: "1-01-B-01-01", naive: { last: "r1.1.1B.1.2" } });
    expect(said["B-03"]).toMatchObject({ outcome: "contradicted", layerId: "r1.1.1B.2.2" });
    // Other layers of its area were never read, so it may stand there.
    expect(said["B-04"]).toMatchObject({ outcome: "suspected", layerId: null });
    expect(said["B-05"]).toMatchObject({ outcome: "notCovered", naive: { strongest: null } });
    expect(said["B-06"]).toMatchObject({ outcome: "confirmed" });
    expect(said.AAAA0000BBBB0001).toMatchObject({ outcome: "unknown", layerId: "r1.1.1B.1.2" });
    expect(said.AAAA0000BBBB0001).not.toHaveProperty("trueLayerId");
    expect(example.right).toEqual({ tags: 6, judge: 5, strongest: 5, last: 3 });
  });

  it("refuses bad lines with number and reason in both languages, and loses nothing else", () => {
    expect(example.refused.map(({ line, code }) => [line, code])).toEqual([
      [16, "reads-field-wrong"],
      [17, "reads-antenna-unknown"],
    ]);
    for (const { zh, en } of example.refused) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).not.toMatch(/\p{Script=Han}|—/u);
    }
    expect(example.lines).toBe(23);
  });
});

describe("the format", () => {
  it("derives rounds from windows of a second where no line tells them", async () => {
    const at = (time: number | string, epc: string) => ({ reader: "rd-101", antenna: 1, epc, rssi: -60, time });
    // Seconds, milliseconds, microseconds and ISO 8601 name four seconds; the first is named twice.
    const times = [
      1_767_573_005.1,
      1_767_573_005_900,
      1_767_573_006_000,
      1_767_573_007_000_000,
      "2026-01-05T00:30:08Z",
    ];
    const result = await replayed(...times.map((time) => at(time, "A1")), at(1_767_573_009, "A2"));
    expect(result).toMatchObject({ derivedAntennas: 1, antennas: [{ roundsHealthy: 5, fault: null }] });
  });

  it("believes rounds that are told, only of the newest visit, and nothing of an antenna that ended with a fault", async () => {
    const told = await replayed(rounds(1, 3), read(1, "A1", -60, { count: 5 }), rounds(1, 2));
    expect(told).toMatchObject({ derivedAntennas: 0, antennas: [{ roundsHealthy: 5 }] });
    expect(told.tags).toMatchObject([{ epc: "A1", layerId: "r1.1.1B.1.1" }]);
    const [before, now] = [{ visit: 1 }, { visit: 2 }];
    const visits = await replayed(rounds(1, 3, before), read(1, "A1", -60, before), rounds(1, 3, now), rounds(2, 3));
    expect(visits.tags).toEqual([]);
    const faulty = await replayed(rounds(1, 3), read(1, "A1", -60), rounds(1, 1, { fault: "timeout" }));
    expect(faulty.tags).toEqual([]);
  });

  it("names what is wrong with each line", async () => {
    const file = join(folder, "bad.ndjson");
    const bad = ["{", "[]", "null", "7", '{"what":1}', '{"reader":"rd-101","antenna":0,"epc":"A","rssi":1,"time":1}'];
    const more = [read(1, "a b?", -60), read(1, "A1", -60, { atMs: 1.5 }), read(1, "A1", -60, { count: -1 })];
    const places = [
      { epc: "A1", locationCode: "9-9" },
      { epc: "A1", layerId: "r9" },
      { areaKey: "r1.1", calibration: 7 },
    ];
    await writeFile(file, [...bad, ...[...more, ...places].map((one) => JSON.stringify(one)), "", " "].join("\r\n"));
    const { refused, lines, tags } = await replay(layout, [file]);
    expect(refused.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(new Set(refused.map(({ code }) => code))).toEqual(
      new Set(["reads-not-json", "reads-kind-unknown", "reads-field-wrong", "reads-place-unknown"]),
    );
    expect([lines, tags]).toEqual([12, []]);
  });

  it("says so when the file cannot be read", async () => {
    await expect(replay(layout, [join(folder, "none.ndjson")])).rejects.toMatchObject({ code: "reads-unreadable" });
  });
});
