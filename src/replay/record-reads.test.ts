/** Recorded answers of readers are replayed with the same rounds; folders do not grow without end. */
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { ReaderPort } from "../contract/ports.ts";
import { layoutOf } from "../site/layout.ts";
import { parseSite } from "../site/parse-site.ts";
import { readRecorder } from "./read-recorder.ts";
import { recordReads } from "./record-reads.ts";
import { replay } from "./replay.ts";

const layout = layoutOf(parseSite(await readFile("sites/demo.yaml", "utf8")).site!);
const clock = virtualClock(1_767_573_000_000);
const failures: unknown[] = [];
const onFailure = (error: unknown) => failures.push(error);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "guiwei-record-"));
  failures.length = 0;
});

/** Antenna 1 hears A1; antenna 3 is not connected. */
const port: ReaderPort = {
  readerId: "rd-101",
  antennaCount: 16,
  async *inventory({ antennas, roundsEach: roundsOffered }) {
    for (const antenna of antennas) {
      const fault = antenna === 3 ? "antenna-missing" : null;
      const sighting = { epc: "A1", readerId: "rd-101", antenna, signalDbm: -60, atMs: clock.nowMs(), count: 2 };
      const sightings = antenna === 1 ? [sighting] : [];
      yield { readerId: "rd-101", antenna, roundsOffered, healthy: fault === null, fault, sightings };
    }
  },
  onSighting: () => {},
};

async function ask(reader: ReaderPort | undefined, antennas: number[]): Promise<void> {
  for await (const _ of reader!.inventory({ antennas, roundsEach: 2 }));
}
const record = (into: string | null) =>
  recordReads({ layout, readers: new Map([["rd-101", port]]), folder: into, clock, onFailure });

describe("recording", () => {
  it("writes every inventory; an aisle that opens begins a visit on its two faces", async () => {
    const recorded = record(join(folder, "new"));
    const reader = recorded.readers.get("rd-101");
    await ask(reader, [1, 2, 3]);
    clock.advance(5_000);
    recorded.seen({ areaKey: "r1.1", openAisle: 1 });
    await ask(reader, [2]);
    await recorded.flush();
    const file = join(folder, "new", "reads-000001.ndjson");
    const lines = (await readFile(file, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(5);
    expect(lines[0]).toEqual({
      ...{ reader: "rd-101", antenna: 1, roundsOffered: 2, fault: null, atMs: 1_767_573_000_000 },
      ...{ powerDbm: layout.deviceById.get("rd-101")?.powerDbm ?? null, visit: 1_767_573_000_000 },
    });
    expect(lines[4]).toMatchObject({ antenna: 2, visit: 1_767_573_005_000 });
    const { refused, antennas, tags } = await replay(layout, [file]);
    expect(refused).toEqual([]);
    expect(antennas.map(({ antenna, roundsHealthy, fault }) => [antenna, roundsHealthy, fault])).toEqual([
      [1, 2, null],
      [2, 2, null],
      [2, 2, null],
      [3, 0, "antenna-missing"],
    ]);
    expect(tags).toMatchObject([{ epc: "A1", layerId: "r1.1.1B.1.1" }]);
  });

  it("records nothing when no folder is set", async () => {
    const recorded = record(null);
    expect(recorded.readers.get("rd-101")).toBe(port);
    await recorded.flush();
  });

  it("rotates, deletes the oldest, and goes on in the newest after a restart", async () => {
    const limits = { fileBytesMax: 400, filesMax: 3, pendingBytesMax: 10_000 };
    const line = { reader: "r", antenna: 1, epc: "A", rssiDbm: null, atMs: 1, count: 1, visit: 0 };
    for (let start = 0; start < 2; start++) {
      const recorder = readRecorder(folder, clock.nowMs, onFailure, limits);
      for (let i = 0; i < 20; i++) {
        recorder.add([line]);
        await recorder.flush();
      }
    }
    const names = (await readdir(folder)).sort();
    expect(names).toHaveLength(3);
    expect(names[2]! > "reads-000006.ndjson").toBe(true);
    for (const name of names) expect((await readFile(join(folder, name))).length).toBeLessThanOrEqual(400);
    expect(failures).toEqual([]);
  });

  it("says how much it could not keep, once, and never throws", async () => {
    const limits = { fileBytesMax: 10_000, filesMax: 3, pendingBytesMax: 300 };
    const line = { reader: "rd-101", antenna: 1, epc: "A1", rssiDbm: null, atMs: 1, count: 1, visit: 0 };
    await writeFile(join(folder, "in-the-way"), "");
    const blocked = readRecorder(join(folder, "in-the-way"), clock.nowMs, onFailure, limits);
    for (let i = 0; i < 3; i++) {
      blocked.add([line]);
      await blocked.flush();
    }
    expect(failures).toHaveLength(1);
    const recorder = readRecorder(folder, clock.nowMs, onFailure, limits);
    for (let i = 0; i < 50; i++) recorder.add([line]);
    await recorder.flush();
    recorder.add([line]);
    await recorder.flush();
    const { refused, coveragesLost, lines } = await replay(layout, [join(folder, "reads-000001.ndjson")]);
    expect(refused).toEqual([]);
    expect(coveragesLost).toBeGreaterThan(40);
    expect(coveragesLost + lines - 1).toBe(51);
  });
});
