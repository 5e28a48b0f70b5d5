/** The demo for real: the twin's byte buses on TCP sockets, area 2's shelf and two readers through the guarded broker. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { perform } from "../../simulators/control/commands.ts";
import { demoLayout, demoStanding } from "../../simulators/test-twin.ts";
import { createTwin, type Twin } from "../../simulators/twin.ts";
import { openWires } from "../../simulators/wires/open-wires.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { systemClock } from "../../src/clock/clock.ts";
import type { AlarmFaultSeen, DevicePorts, RoomAlarm } from "../../src/contract/ports.ts";
import type { ShelfStatus } from "../../src/contract/shelf.ts";
import type { AntennaCoverage } from "../../src/contract/sighting.ts";
import { openBrokerInside } from "../../src/devices/broker/open-inside.ts";
import { brokerRights, passwordOwnerOf } from "../../src/devices/broker/rights.ts";
import { openDevices } from "../../src/devices/open-devices.ts";

const clock = systemClock();
const passwordOf = (username: string) => `secret of ${username}`;
describe.each([
  ["through a socket of its own", false],
  ["inside the broker's process", true],
])("the gateway %s", (_, isInside) => {
  const refused: string[] = [];
  const statuses: ShelfStatus[] = [];
  const proofs: { atMs: number; madeAfterMs: number }[] = [];
  const alarms: RoomAlarm[] = [];
  const faults: AlarmFaultSeen[] = [];
  let twin: Twin;
  let broker: Awaited<ReturnType<typeof openBrokerInside>>;
  let ports: DevicePorts;
  const closings: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    broker = await openBrokerInside(clock, {
      rights: brokerRights(demoLayout),
      verify: (username, password) => password === passwordOf(passwordOwnerOf(username)),
      port: 0,
      onRefused: (reason) => refused.push(reason),
    });
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const runtimeDir = mkdtempSync(join(tmpdir(), "guiwei-twin-"));
    twin = createTwin({ layout: demoLayout, standing: demoStanding, clock, seed: 5, confirmedAtStart: true });
    const wires = await openWires(twin, {
      clock,
      runtimeDir,
      tcpPorts: "free",
      isWithoutSerial: true,
      mqttLogin: (deviceId) => ({ url, clientId: deviceId, username: deviceId, password: passwordOf(deviceId) }),
      report: (text) => void (text.includes("socat") || refused.push(text)),
    });
    ports = openDevices({
      layout: demoLayout,
      clock,
      chance: seededChance("mqtt"),
      links: wires.links,
      mqtt: isInside ? broker : { url, username: "gateway", password: passwordOf("gateway") },
    });
    ports.onAlarm({ onAlarm: (alarm) => alarms.push(alarm), onFault: (seen) => faults.push(seen) });
    ports.shelves.get("r1.2")?.onStatus((status, atMs, madeAfterMs) => {
      statuses.push(status);
      if (madeAfterMs !== null) proofs.push({ atMs, madeAfterMs });
    });
    closings.push(
      () => ports.close(),
      () => wires.close(),
      () => broker.close(),
      async () => rmSync(runtimeDir, { recursive: true, force: true }),
    );
  });

  afterAll(async () => {
    for (const close of closings) await close();
  });

  it("brings all 24 devices up, and the broker has nothing to refuse", async () => {
    const downs = () => ports.health().filter(({ state }) => state === "down");
    await vi.waitFor(() => expect(downs()).toEqual([]), { timeout: 10_000, interval: 50 });
    expect(ports.health()).toHaveLength(24);
    expect(refused).toEqual([]);
  });

  it("asks the shelf, and knows by what it carries back how old its state may be", async () => {
    await vi.waitFor(() => expect(proofs.length).toBeGreaterThan(8), { timeout: 20_000, interval: 50 });
    for (const { atMs, madeAfterMs } of proofs) expect(atMs).toBeGreaterThanOrEqual(madeAfterMs);
    // Each a question newer than the one before, sooner or later: what is proven once does not stay so.
    expect(new Set(proofs.map(({ madeAfterMs }) => madeAfterMs)).size).toBeGreaterThan(4);
    expect(ports.health().find(({ deviceId }) => deviceId === "shelf-2")).toMatchObject({ code: null });
  });

  it("hears what a device of the room calls out, and that it took it back", async () => {
    const tell = (raw: Record<string, unknown>) => perform(twin, { do: "alarm", area: "2", kind: "smoke", ...raw });
    expect(await tell({})).toMatchObject({ ok: true });
    expect(await tell({ on: false })).toMatchObject({ ok: true });
    expect(await tell({ area: "1" })).toMatchObject({ ok: false, code: "no-bell" });
    await vi.waitFor(() => expect(alarms).toHaveLength(2), { timeout: 5_000 });
    const smoke = { roomId: "r1", alarmId: "smoke-1", kind: "smoke", level: "danger", deviceId: "shelf-2" };
    expect(alarms).toMatchObject([
      { ...smoke, isCleared: false },
      { ...smoke, isCleared: true },
    ]);
  });

  it("knows who called out: the broker says it, not the message", async () => {
    const before = alarms.length;
    const tell = (raw: Record<string, unknown>) => perform(twin, { do: "alarm", area: "2", kind: "smoke", ...raw });
    // The old form without a sender: the broker knows whose connection it was.
    await tell({ kind: "water", as: "unsigned" });
    // Another as the source counts for nothing but a stocktake.
    await tell({ kind: "water", as: "naming", device: "rd-209", on: false });
    await vi.waitFor(() => expect(alarms).toHaveLength(before + 2), { timeout: 5_000 });
    expect(alarms.slice(before).map(({ deviceId }) => deviceId)).toEqual(["shelf-2", "shelf-2"]);
    expect(faults).toMatchObject([{ roomId: "r1", deviceId: "shelf-2", fault: "names-another" }]);
    // On another's topic the broker refuses it and ends the connection.
    await tell({ kind: "fire", as: "under", device: "rd-209" });
    await vi.waitFor(() => expect(refused.some((what) => what.includes("alarm/rd-209"))).toBe(true), {
      timeout: 5_000,
    });
    expect(alarms).toHaveLength(before + 2);
    // It comes back by itself, and is heard again.
    await vi.waitFor(
      async () => {
        await tell({ kind: "steam" });
        expect(alarms.at(-1)).toMatchObject({ kind: "steam", deviceId: "shelf-2" });
      },
      { timeout: 20_000, interval: 500 },
    );
  }, 40_000);

  it("counts rounds the same through TCP and through MQTT", async () => {
    for (const readerId of ["rd-201", "rd-209"]) {
      const coverages: AntennaCoverage[] = [];
      const reader = ports.readers.get(readerId);
      if (!reader) throw new Error(readerId);
      for await (const coverage of reader.inventory({ antennas: [1, 2], roundsEach: 4 })) coverages.push(coverage);
      expect(coverages.map(({ antenna, healthy, roundsOffered }) => [antenna, healthy, roundsOffered])).toEqual([
        [1, true, 4],
        [2, true, 4],
      ]);
      const counts = coverages.flatMap(({ sightings }) => sightings.map(({ count }) => count));
      expect(counts.length).toBeGreaterThan(10);
      expect(Math.max(...counts)).toBe(4);
    }
  });

  it("opens an aisle, beats, and stops it, all through the broker", async () => {
    const shelf = ports.shelves.get("r1.2");
    if (!shelf) throw new Error("no shelf");
    shelf.heartbeat(true);
    const target = { column: 2, side: "A" as const, bay: 1, layer: 1, slot: 3 };
    expect(await shelf.light(target)).toEqual(target);
    await shelf.send({
      wireId: 11,
      verb: "open",
      aisle: 2,
      epoch: 1,
      ttlMs: 2000,
      expectedOpenAisle: statuses.at(-1)?.openAisle ?? 0,
    });
    await vi.waitFor(() => expect(statuses.at(-1)?.activity).toBe("opening"), { timeout: 5000 });
    const fromMs = clock.nowMs();
    await shelf.stop();
    await vi.waitFor(() => expect(statuses.at(-1)?.activity).toBe("stopped"), { timeout: 2000, interval: 5 });
    expect(clock.nowMs() - fromMs).toBeLessThan(500);
    await expect(
      shelf.send({ wireId: 12, verb: "open", aisle: 3, epoch: 0, ttlMs: 2000, expectedOpenAisle: 0 }),
    ).rejects.toMatchObject({ code: "device-refused" });
    shelf.heartbeat(false);
  });
});
