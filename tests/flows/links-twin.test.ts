/** The demo site's devices, opened by the gateway, against the twin's hardware in virtual time: every byte bus of the site file. */
import { describe, expect, it } from "vitest";
import { demoLayout, testTwin } from "../../simulators/test-twin.ts";
import { seededChance } from "../../src/clock/chance.ts";
import type { AntennaCoverage } from "../../src/contract/sighting.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import { runFor } from "../support/run-for.ts";
import { linkTo } from "../support/twin-link.ts";

function openDemo() {
  const { clock, twin } = testTwin();
  const byteBuses = [...twin.buses.values()].filter(({ spec }) => spec.link.kind !== "mqtt");
  const links = Object.fromEntries(byteBuses.map(({ spec }) => [spec.id, linkTo(twin, spec.id)]));
  const ports = openDevices({ layout: demoLayout, clock, chance: seededChance("twin"), links });
  return { clock, twin, ports };
}

describe("the demo site on the twin", () => {
  it("brings every device on a byte bus up within two seconds, and none of them lies about it", async () => {
    const { clock, twin, ports } = openDemo();
    expect(ports.health().every(({ state }) => state === "down")).toBe(true);
    await runFor(clock, 2000);
    const onBytes = ports.health().filter(({ deviceId }) => demoLayout.deviceById.get(deviceId)?.bus !== "broker");
    expect(onBytes.filter(({ state }) => state !== "up")).toEqual([]);
    expect(onBytes).toHaveLength(21);
    twin.dead.add("env-1");
    await runFor(clock, 15_000);
    const down = ports.health().filter(({ state, code }) => state === "down" && code !== "device-starting");
    expect(down.map(({ deviceId }) => deviceId)).toEqual(["env-1"]);
  });

  it("reads every layer that a reader covers: shared pairs and readers of their own alike", async () => {
    const { clock, ports } = openDemo();
    await runFor(clock, 2000);
    const coverages: AntennaCoverage[] = [];
    const passes = [...ports.readers.values()].filter(
      ({ readerId }) => demoLayout.deviceById.get(readerId)?.protocol === "r2000",
    );
    expect(passes).toHaveLength(18);
    for (const reader of passes) {
      void (async () => {
        const antennas = Array.from({ length: reader.antennaCount }, (_, i) => i + 1);
        for await (const coverage of reader.inventory({ antennas, roundsEach: 3 })) coverages.push(coverage);
      })();
    }
    await runFor(clock, 60_000);
    expect(coverages).toHaveLength(18 * 16);
    expect(coverages.filter(({ healthy }) => !healthy)).toEqual([]);
    const seen = new Set(coverages.flatMap(({ sightings }) => sightings.map(({ epc }) => epc)));
    const counts = coverages.flatMap(({ sightings }) => sightings.map(({ count }) => count));
    expect(Math.max(...counts)).toBe(3);
    expect(Math.min(...counts)).toBe(1);
    expect(seen.size).toBeGreaterThan(3000);
  });

  it("hears the shelf's status while readers and climate go on, and stops it within 100 ms", async () => {
    const { clock, ports } = openDemo();
    const shelf = ports.shelves.get("r1.1");
    let pictures = 0;
    shelf?.onStatus((status) => {
      pictures++;
      expect(status.columns).toHaveLength(6);
    });
    await runFor(clock, 5000);
    expect(pictures).toBeGreaterThan(20);
    shelf?.heartbeat(true);
    const fromMs = clock.nowMs();
    let tookMs = Number.POSITIVE_INFINITY;
    const stopped = shelf?.stop().then(() => {
      tookMs = clock.nowMs() - fromMs;
    });
    await runFor(clock, 500);
    await stopped;
    expect(tookMs).toBeLessThanOrEqual(120);
  });
});
