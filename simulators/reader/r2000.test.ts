import { describe, expect, it } from "vitest";
import { toHex } from "../../firmware-protocols/framing/hex.ts";
import { decodeReply, encodeRequest } from "../../firmware-protocols/r2000/decode.ts";
import { createR2000Parser } from "../../firmware-protocols/r2000/frame.ts";
import type { Reply, Request } from "../../firmware-protocols/r2000/table.ts";
import { defaultAir } from "../radio/parameters.ts";
import { demoStanding, testTwin } from "../test-twin.ts";

function replies(bytes: Uint8Array) {
  return createR2000Parser()
    .push(bytes, 0)
    .map((piece) => (piece.kind === "frame" ? decodeReply(piece.frame) : piece));
}
const of = <K extends Reply["kind"]>(list: ReturnType<typeof replies>, kind: K) =>
  list.filter((reply): reply is Extract<Reply, { kind: K }> => reply.kind === kind);
const onLayer = (layerId: string) =>
  demoStanding.filter((box) => box.slotId.startsWith(`${layerId}.`)).map((box) => box.epc);

function reader(options = {}) {
  const bench = testTwin(options);
  const host = bench.host("pair-1");
  return {
    ...bench,
    host,
    ask: (request: Request, ms?: number, address = 1) => replies(host.ask(encodeRequest(address, request), ms)),
  };
}

describe("the twin's R2000 reader", () => {
  it("answers the manual's example at the byte", () => {
    const { host } = reader();
    expect(toHex(host.ask(Uint8Array.of(0xa0, 3, 1, 0x72, 0xea)))).toBe(`A00501720226${checkOf("A00501720226")}`);
  });

  it("answers only its own address on a shared pair", () => {
    const { ask, host } = reader();
    expect(ask({ kind: "get-firmware-version" }, 100, 5)).toHaveLength(1);
    expect(host.heard[0]?.bytes[2]).toBe(5);
    expect(ask({ kind: "get-firmware-version" }, 100, 6)).toHaveLength(0);
  });

  it("takes air time for a round into the buffer and reports the layer's boxes", () => {
    const { ask, host, clock } = reader();
    expect(ask({ kind: "set-work-antenna", value: 2 })).toMatchObject([{ kind: "status", code: 0x10 }]);
    const before = clock.nowMs();
    const [summary] = of(ask({ kind: "inventory", repeat: 3 }), "inventory-summary");
    const tookMs = (host.heard[0]?.atMs ?? 0) - before;
    // 14 ms a round and about 1.9 ms a read (1.4 + 0.15 + 0.72 · 0.5): the formula of simulators/radio/inventory.ts.
    const airMs = 3 * 14 + (summary?.totalRead ?? 0) * 1.91;
    expect(tookMs).toBeGreaterThan(airMs * 0.8);
    expect(tookMs).toBeLessThan(airMs * 1.2 + 20);
    const tags = of(ask({ kind: "take-buffer" }), "buffered-tag");
    expect(tags).toHaveLength(summary?.tagCount ?? -1);
    // Port 3 of rd-101 is column 1, side B, bay 1, layer 3.
    const own = new Set(onLayer("r1.1.1B.1.3"));
    expect(tags.filter((tag) => own.has(tag.epc)).length).toBeGreaterThanOrEqual(own.size - 1);
    expect(tags.every((tag) => tag.crcOk && tag.antenna === 2 && tag.readCount <= 3)).toBe(true);
    expect(ask({ kind: "take-buffer" })).toMatchObject([{ kind: "status", code: 0x38 }]);
    expect(ask({ kind: "count-buffer" })).toMatchObject([{ kind: "buffer-count", tags: 0 }]);
  });

  it("reaches the second eight ports through the bank", () => {
    const { ask } = reader();
    ask({ kind: "set-antenna-bank", value: 0x10 });
    ask({ kind: "set-work-antenna", value: 7 });
    ask({ kind: "inventory", repeat: 4 });
    const seen = new Set(of(ask({ kind: "get-buffer" }), "buffered-tag").map((tag) => tag.epc));
    const own = onLayer("r1.1.1B.4.4");
    expect(own.filter((epc) => seen.has(epc)).length).toBeGreaterThanOrEqual(own.length - 1);
  });

  it("switches fast over eight antennas, names the missing one and goes on", () => {
    const { ask, twin } = reader();
    twin.readers.get("rd-101")?.missingPorts.add(4);
    const stays = [0, 1, 2, 3, 4, 5, 6, 7].map((antenna) => ({ antenna, rounds: 1 }));
    const list = ask({ kind: "fast-switch", stays, intervalMs: 5, repeat: 1 }, 3000);
    expect(of(list, "antenna-error")).toMatchObject([{ antenna: 3, status: { code: 0x22 } }]);
    const tags = of(list, "tag");
    expect(new Set(tags.map((tag) => tag.antenna))).toEqual(new Set([0, 1, 2, 4, 5, 6, 7]));
    const [end] = of(list, "fast-switch-end");
    expect(end?.totalRead).toBe(tags.length);
    expect(end?.durationMs).toBeGreaterThan(7 * 40);
    expect(list.at(-1)).toMatchObject({ kind: "fast-switch-end" });
  });

  it("streams 89 and 8B and is deaf to all but reset meanwhile", () => {
    const { ask, host, clock } = reader();
    const list = ask({ kind: "real-time-inventory", repeat: 2 });
    expect(of(list, "tag").length).toBeGreaterThan(20);
    const [end] = of(list, "inventory-end");
    expect(end?.totalRead).toBe(of(list, "tag").length);
    // Tags a second of air time: 20 tags take about 50 ms.
    expect(end?.readRate).toBeGreaterThan(200);
    expect(end?.readRate).toBeLessThan(600);
    // 920.5–924.5 MHz lie at 44–52 of the table; the Chinese region is 43–53.
    for (const tag of of(list, "tag")) {
      expect(tag.frequencyIndex).toBeGreaterThanOrEqual(43);
      expect(tag.frequencyIndex).toBeLessThanOrEqual(53);
    }
    const inS1 = (target: "A" | "B") =>
      ask({ kind: "session-inventory", session: 1, target, selectFlag: null, repeat: 1 }, 300);
    const first = inS1("A");
    expect(of(first, "inventory-end")).toMatchObject([{ totalRead: of(first, "tag").length }]);
    expect(of(first, "tag").length).toBeGreaterThan(8);
    // A tag heard in session 1 keeps its flag for a while: few are left on A, all are on B.
    expect(of(inS1("A"), "tag").length).toBeLessThan(of(first, "tag").length / 2);
    expect(of(inS1("B"), "tag").length).toBeGreaterThan(0);
    host.send(encodeRequest(1, { kind: "real-time-inventory", repeat: 200 }));
    clock.advance(100);
    expect(of(ask({ kind: "get-firmware-version" }, 300), "firmware-version")).toHaveLength(0);
    ask({ kind: "reset" }, 1000);
    expect(ask({ kind: "get-firmware-version" })).toMatchObject([{ kind: "firmware-version" }]);
  });

  it("refuses what the manual does not allow with the right code, and stays deaf while booting", () => {
    const { ask } = reader();
    expect(ask({ kind: "set-temporary-power", value: 34 })).toMatchObject([{ code: 0x48 }]);
    expect(ask({ kind: "set-work-antenna", value: 8 })).toMatchObject([{ code: 0x47 }]);
    expect(ask({ kind: "set-baud-rate", value: 9 })).toMatchObject([{ code: 0x4a }]);
    expect(ask({ kind: "set-beeper", value: 3 })).toMatchObject([{ code: 0x4b }]);
    expect(ask({ kind: "reset" }, 100)).toHaveLength(0);
    expect(ask({ kind: "get-firmware-version" }, 100)).toHaveLength(0);
    expect(ask({ kind: "get-firmware-version" }, 1000)).toHaveLength(0);
    expect(ask({ kind: "get-firmware-version" })).toHaveLength(1);
  });

  it("keeps settings: power, region, registerMap, address, identifier", () => {
    const { ask, host } = reader();
    expect(ask({ kind: "set-output-power", powersDbm: [25] })).toMatchObject([{ code: 0x10 }]);
    expect(ask({ kind: "get-output-power" })).toMatchObject([{ powersDbm: [25] }]);
    ask({ kind: "set-temporary-power", value: 22 });
    expect(ask({ kind: "get-output-power" })).toMatchObject([{ powersDbm: [22] }]);
    const band = { standard: "own", spacingKHz: 250, channels: 16, startKHz: 920_625 } as const;
    ask({ kind: "set-region", band });
    expect(ask({ kind: "get-region" })).toMatchObject([{ kind: "region", band }]);
    expect(ask({ kind: "get-temperature" })).toMatchObject([{ kind: "temperature" }]);
    expect(ask({ kind: "measure-return-loss", frequencyIndex: 48 })).toMatchObject([{ kind: "return-loss" }]);
    expect(ask({ kind: "write-gpio", pin: 3, high: true })).toMatchObject([{ code: 0x10 }]);
    expect(ask({ kind: "read-gpio" })).toMatchObject([{ kind: "gpio-levels" }]);
    expect(ask({ kind: "set-epc-match", epc: "AABB" })).toMatchObject([{ code: 0x10 }]);
    expect(ask({ kind: "get-epc-match" })).toMatchObject([{ epc: "AABB" }]);
    expect(ask({ kind: "set-address", value: 77 })).toMatchObject([{ code: 0x10 }]);
    expect(ask({ kind: "get-work-antenna" })).toHaveLength(0);
    expect(ask({ kind: "get-work-antenna" }, 500, 77)).toMatchObject([{ kind: "work-antenna", value: 0 }]);
    // An unknown command: parameter invalid.
    expect(toHex(host.ask(Uint8Array.of(0xa0, 3, 77, 0x42, 0xce)))).toMatch(/^A0044D4241/);
  });

  it("says antenna missing where nothing is screwed on", () => {
    const { ask, twin } = reader();
    for (let port = 1; port <= 16; port++) twin.readers.get("rd-101")?.missingPorts.add(port);
    expect(ask({ kind: "inventory", repeat: 1 })).toMatchObject([{ code: 0x22 }]);
    expect(ask({ kind: "real-time-inventory", repeat: 1 })).toMatchObject([{ code: 0x22 }]);
  });
});

function checkOf(hex: string): string {
  const bytes = (hex.replaceAll(" ", "").match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
  return (-bytes.reduce((sum, byte) => sum + byte, 0) & 0xff).toString(16).toUpperCase().padStart(2, "0");
}

describe("the reader under the full physics", () => {
  const pass = (seed: number) => {
    const { ask } = reader({ seed, air: defaultAir });
    const seen = new Map<string, number[]>();
    for (let antenna = 0; antenna < 8; antenna++) {
      ask({ kind: "set-work-antenna", value: antenna });
      ask({ kind: "clear-buffer" });
      ask({ kind: "inventory", repeat: 1 });
      for (const tag of of(ask({ kind: "get-buffer" }), "buffered-tag"))
        seen.set(tag.epc, [...(seen.get(tag.epc) ?? []), antenna, tag.signalDbm]);
    }
    return seen;
  };

  it("misses 3–7 % of a round and overhears strays (the table itself: radio/radio-table.test.ts)", () => {
    let own = 0;
    let heardOwn = 0;
    let strays = 0;
    for (let seed = 0; seed < 6; seed++) {
      const seen = pass(seed);
      for (let antenna = 0; antenna < 8; antenna++) {
        const here = new Set(onLayer(`r1.1.1B.${1 + Math.floor(antenna / 4)}.${1 + (antenna % 4)}`));
        own += here.size;
        for (const [epc, reads] of seen) {
          if (!reads.some((value, i) => i % 2 === 0 && value === antenna)) continue;
          if (here.has(epc)) heardOwn++;
          else strays++;
        }
      }
    }
    expect(heardOwn / own).toBeGreaterThan(0.93);
    expect(heardOwn / own).toBeLessThan(0.97);
    const share = strays / (strays + heardOwn);
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.22);
  });
});
