import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runFor } from "../../../tests/support/run-for.ts";
import { virtualClock } from "../../clock/virtual-clock.ts";
import type { AntennaCoverage, Sighting } from "../../contract/sighting.ts";
import type { MqttLink, MqttMessage } from "../mqtt-link.ts";
import { nativeTopic, streamReader } from "./stream-reader.ts";

/** The public payload of an Impinj R700 (its own vectors), sent as the reader would. */
const { vectors } = JSON.parse(readFileSync("firmware-protocols/impinj-r700/vectors.json", "utf8")) as {
  vectors: { payload?: unknown; json?: unknown }[];
};

function bench() {
  const clock = virtualClock(1_000_000);
  const heard = new Map<string, (message: MqttMessage) => void>();
  const link: MqttLink = {
    state: { up: true, reason: null, sinceMonoMs: 0 },
    publish: () => Promise.resolve(),
    subscribe: (topic, listener) => void heard.set(topic, listener),
    onState() {},
    start() {},
    stop: () => Promise.resolve(),
  };
  const room = { site: "demo", room: "r1", link, clock, bootId: 1, nextSeq: 0 };
  const options = { readerId: "r700", protocol: "impinj-r700", antennaCount: 4, room, clock, onHealth: () => {} };
  const reader = streamReader(options);
  const say = (json: unknown) =>
    heard.get(nativeTopic("demo", "r1", "r700"))?.({
      topic: "",
      payload: Buffer.from(typeof json === "string" ? json : JSON.stringify(json)),
      isRetained: false,
    });
  const read = (epcHex: string, antennaPort: number, peakRssiCdbm: number) =>
    say({ eventType: "tagInventory", tagInventoryEvent: { epcHex, antennaPort, peakRssiCdbm } });
  return { clock, reader, say, read };
}

describe("a reader that streams by itself", () => {
  it("counts the windows in which a tag was read as its rounds", async () => {
    const { clock, reader, read } = bench();
    const live: Sighting[] = [];
    reader.onSighting((sighting) => live.push(sighting));
    const coverages: AntennaCoverage[] = [];
    void (async () => {
      for await (const coverage of reader.inventory({ antennas: [1, 2], roundsEach: 4 })) coverages.push(coverage);
    })();
    for (let i = 0; i < 8; i++) {
      await runFor(clock, 249);
      read("3034257BF7194E4000001A85", 1, -6100 + i * 100);
      if (i === 3) read("3034257BF7194E4000001A86", 2, -7000);
    }
    await runFor(clock, 100);
    expect(coverages).toMatchObject([
      { antenna: 1, roundsOffered: 4, healthy: true, sightings: [{ count: 4, signalDbm: -54 }] },
      { antenna: 2, healthy: true, sightings: [{ epc: "3034257BF7194E4000001A86", count: 1, signalDbm: -70 }] },
    ]);
    expect(live).toHaveLength(9);
    expect(reader.health()).toMatchObject({ state: "up" });
  });

  it("does not take a silent stream for an empty shelf, nor a disconnected antenna", async () => {
    const { clock, reader, say, read } = bench();
    const ask = async () => {
      const coverages: AntennaCoverage[] = [];
      void (async () => {
        for await (const coverage of reader.inventory({ antennas: [1], roundsEach: 2 })) coverages.push(coverage);
      })();
      await runFor(clock, 1100);
      return coverages[0];
    };
    expect(await ask()).toMatchObject({ healthy: false, fault: "timeout" });
    expect(reader.health()).toMatchObject({ state: "down", code: "device-timeout" });
    read("3034257BF7194E4000001A85", 2, -6000);
    expect(await ask()).toMatchObject({ healthy: true, sightings: [] });
    say({ eventType: "antennaDisconnected", antennaDisconnectedEvent: { antennaPort: 1, antennaName: "a" } });
    expect(await ask()).toMatchObject({ healthy: false, fault: "antenna-missing" });
    expect(reader.health()).toMatchObject({ state: "degraded", code: "device-antenna-missing" });
  });

  it("survives what is no report, and says so", async () => {
    const { reader, say } = bench();
    for (const junk of ["", "{", "[]", "null", "{}", '{"events":[1,2]}', "\ufffd"]) say(junk);
    expect(reader.health()).toMatchObject({ state: "degraded", code: "device-wrong-answer" });
    for (const vector of vectors) say(vector.payload ?? vector.json ?? vector);
  });
});
