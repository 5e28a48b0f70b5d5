import { describe, expect, it } from "vitest";
import { epcOf, gather, r2000Bench } from "../../../../tests/support/r2000-bench.ts";
import { runFor } from "../../../../tests/support/run-for.ts";
import type { Sighting } from "../../../contract/sighting.ts";

describe("R2000 reader on a link of its own", () => {
  it("starts up, sets temporary power and counts rounds exactly", async () => {
    const { clock, readers, fake } = r2000Bench({ addresses: [1] });
    const [reader] = readers;
    if (!reader) throw new Error();
    fake(1).tags.set(2, [epcOf(1), epcOf(2)]);
    await runFor(clock, 500);
    expect(reader.health()).toMatchObject({ state: "up", detail: "V2.38, 31 °C" });
    expect(fake(1).powerDbm).toBe(30);
    const live: Sighting[] = [];
    reader.onSighting((sighting) => live.push(sighting));
    const coverages = gather(reader, { antennas: [1, 2], roundsEach: 3 });
    await runFor(clock, 1000);
    expect(coverages).toMatchObject([
      { antenna: 1, roundsOffered: 3, healthy: true, sightings: [] },
      {
        antenna: 2,
        roundsOffered: 3,
        healthy: true,
        sightings: [
          { epc: epcOf(1), antenna: 2, count: 3, signalDbm: -61 },
          { epc: epcOf(2), antenna: 2, count: 3, signalDbm: -61 },
        ],
      },
    ]);
    expect(live).toHaveLength(6);
    expect(fake(1).asked).not.toContain("inventory");
  });

  it("keeps within 10 % of the air time", async () => {
    const { clock, readers, fake } = r2000Bench({ addresses: [1], ports: 16 });
    const [reader] = readers;
    if (!reader) throw new Error();
    for (let port = 1; port <= 16; port++)
      fake(1).tags.set(
        port,
        Array.from({ length: 20 }, (_, i) => epcOf(port * 100 + i)),
      );
    await runFor(clock, 500);
    const fromMs = clock.nowMs();
    let tookMs = 0;
    void (async () => {
      const antennas = Array.from({ length: 16 }, (_, i) => i + 1);
      for await (const coverage of reader.inventory({ antennas, roundsEach: 3 })) expect(coverage.healthy).toBe(true);
      tookMs = clock.nowMs() - fromMs;
    })();
    await runFor(clock, 10_000);
    // 16 antennas × 3 rounds × 40 ms; the fake's last 20 tags leave the line 35 ms after the round.
    expect(tookMs).toBeGreaterThan(1920);
    expect(tookMs / (16 * (3 * 40 + 36))).toBeLessThan(1.1);
  });

  it("says so when an antenna is missing, and only for that antenna", async () => {
    const { clock, readers, fake } = r2000Bench({ addresses: [1] });
    const [reader] = readers;
    if (!reader) throw new Error();
    fake(1).missing.add(3);
    await runFor(clock, 500);
    const coverages = gather(reader, { antennas: [2, 3, 4], roundsEach: 2 });
    await runFor(clock, 1000);
    expect(coverages.map(({ healthy, fault }) => [healthy, fault])).toEqual([
      [true, null],
      [false, "antenna-missing"],
      [true, null],
    ]);
    expect(reader.health()).toMatchObject({ state: "degraded", code: "device-antenna-missing" });
    fake(1).missing.clear();
    gather(reader, { antennas: [3], roundsEach: 2 });
    await runFor(clock, 1000);
    expect(reader.health()).toMatchObject({ state: "up", code: null });
  });
});

describe("R2000 readers that share a pair", () => {
  it("polls buffered, one after the other, and never streams", async () => {
    const { clock, readers, fakes } = r2000Bench({ addresses: [1, 2, 3], ports: 16 });
    for (const [address, fake] of fakes) fake.tags.set(9, [epcOf(address), epcOf(address + 10)]);
    await runFor(clock, 500);
    const all = readers.map((reader) => gather(reader, { antennas: [1, 9], roundsEach: 4 }));
    await runFor(clock, 5000);
    all.forEach((coverages, i) => {
      expect(coverages).toMatchObject([
        { readerId: `rd-${i + 1}`, antenna: 1, healthy: true, sightings: [] },
        { antenna: 9, healthy: true, roundsOffered: 4 },
      ]);
      expect(coverages[1]?.sightings.map(({ epc, count }) => [epc, count])).toEqual([
        [epcOf(i + 1), 4],
        [epcOf(i + 11), 4],
      ]);
    });
    for (const fake of fakes.values()) expect(fake.asked).not.toContain("real-time-inventory");
  });

  it("reads the buffer again when a frame got lost, and loses no tag", async () => {
    const { clock, readers, fake } = r2000Bench({ addresses: [1, 2] });
    const [reader] = readers;
    if (!reader) throw new Error();
    fake(1).tags.set(1, [epcOf(1), epcOf(2), epcOf(3)]);
    await runFor(clock, 500);
    fake(1).loseFrames = 1;
    const coverages = gather(reader, { antennas: [1], roundsEach: 2 });
    await runFor(clock, 2000);
    expect(coverages[0]).toMatchObject({ healthy: true });
    expect(coverages[0]?.sightings).toHaveLength(3);
  });

  it("gives an unhealthy answer, never an exception, when a reader dies in the middle, and starts it again", async () => {
    const { clock, readers, fake } = r2000Bench({ addresses: [1, 2] });
    const [first, second] = readers;
    if (!first || !second) throw new Error();
    fake(1).tags.set(1, [epcOf(1)]);
    fake(2).tags.set(1, [epcOf(2)]);
    await runFor(clock, 500);
    const coverages = gather(first, { antennas: [1, 1, 1], roundsEach: 5 });
    await runFor(clock, 60);
    fake(1).isDead = true;
    const others = gather(second, { antennas: [1, 1], roundsEach: 2 });
    await runFor(clock, 12_000);
    expect(coverages.map(({ healthy }) => healthy)).toEqual([false, false, false]);
    expect(coverages[0]?.fault).toBe("timeout");
    expect(others.map(({ healthy }) => healthy)).toEqual([true, true]);
    expect(first.health()).toMatchObject({ state: "down" });
    fake(1).isDead = false;
    fake(1).restart();
    await runFor(clock, 60_000);
    expect(first.health()).toMatchObject({ state: "up" });
    expect(fake(1).powerDbm).toBe(30);
    const again = gather(first, { antennas: [1], roundsEach: 2 });
    await runFor(clock, 2000);
    expect(again[0]).toMatchObject({ healthy: true, sightings: [{ count: 2 }] });
  });

  it("notices a restart that nobody saw, before it counts anything", async () => {
    const { clock, readers, fake } = r2000Bench({ addresses: [1, 2] });
    const [reader] = readers;
    if (!reader) throw new Error();
    await runFor(clock, 500);
    fake(1).restart();
    expect(fake(1).powerDbm).toBe(26);
    gather(reader, { antennas: [1], roundsEach: 2 });
    await runFor(clock, 2000);
    expect(fake(1).powerDbm).toBe(30);
  });

  it("is unhealthy with the link's fault while the line is unplugged", async () => {
    const { clock, near, readers } = r2000Bench({ addresses: [1, 2] });
    const [reader] = readers;
    if (!reader) throw new Error();
    await runFor(clock, 500);
    near.unplug();
    const coverages = gather(reader, { antennas: [1, 2], roundsEach: 2 });
    await runFor(clock, 100);
    expect(coverages.map(({ healthy, fault }) => [healthy, fault])).toEqual([
      [false, "link-down"],
      [false, "link-down"],
    ]);
    expect(reader.health()).toMatchObject({ state: "down", code: "link-lost" });
  });
});
