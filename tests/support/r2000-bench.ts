import { createR2000Parser } from "../../firmware-protocols/r2000/frame.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import type { InventoryRequest, ReaderPort } from "../../src/contract/ports.ts";
import type { AntennaCoverage } from "../../src/contract/sighting.ts";
import { r2000Reader } from "../../src/devices/drivers/r2000/r2000-reader.ts";
import { memoryLine } from "../../src/devices/links/memory.ts";
import { openBus } from "../../src/devices/open-bus.ts";
import { type FakeReader, fakeReader } from "./fake-r2000.ts";
import { heldProcess } from "./held-process.ts";

export const epcOf = (n: number) => `3000${n.toString(16).toUpperCase().padStart(20, "0")}`;

export function r2000Bench(options: { addresses: number[]; ports?: 4 | 16 }) {
  const clock = virtualClock(1000);
  const { near, far } = memoryLine({ clock, baud: 115_200, latencyMs: 1 });
  const gateway = heldProcess(clock);
  const fakes = new Map<number, FakeReader>();
  const parser = createR2000Parser();
  const send = (bytes: Uint8Array) => void far.write(bytes).catch(() => {});

  for (const address of options.addresses) fakes.set(address, fakeReader({ address, clock, send }));
  far.onBytes((bytes) => {
    for (const piece of parser.push(bytes, clock.nowMs())) {
      if (piece.kind === "frame") fakes.get(piece.frame.address)?.hear(piece.frame);
    }
  });
  void far.open();

  const opened = openBus({
    spec: { id: "pair-1", link: { kind: "serial", port: "/dev/x", baud: 115_200 } },
    override: gateway.link(near),
    devices: options.addresses.map((address) => ({
      id: `rd-${address}`,
      kind: "reader",
      protocol: "r2000",
      bus: "pair-1",
      address,
    })),
    clock: gateway.clock,
    chance: seededChance(5),
  });
  if (opened.protocol !== "r2000") throw new Error("not R2000");
  const { bus } = opened;
  const readers = options.addresses.map((address) =>
    r2000Reader({
      readerId: `rd-${address}`,
      address,
      antennaCount: options.ports ?? 4,
      powerDbm: 30,
      bus,
      isShared: options.addresses.length > 1,
      clock: gateway.clock,
      onHealth: () => {},
    }),
  );
  opened.link.start();
  return {
    clock,
    gateway,
    near,
    far,
    bus,
    readers,
    fakes,
    fake: (address: number) => fakes.get(address) as FakeReader,
  };
}

export function gather(reader: ReaderPort, request: InventoryRequest): AntennaCoverage[] {
  const coverages: AntennaCoverage[] = [];
  void (async () => {
    for await (const coverage of reader.inventory(request)) coverages.push(coverage);
  })();
  return coverages;
}
