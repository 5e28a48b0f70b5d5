import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { encodeRtu } from "../../firmware-protocols/modbus/index.ts";
import { layoutOf } from "../../src/site/layout.ts";
import { parseSite } from "../../src/site/parse-site.ts";
import { stepIn } from "../room/rail.ts";
import { testTwin } from "../test-twin.ts";

const words = (...values: number[]) => values.flatMap((value) => [value >> 8, value & 0xff]);
const send = (...pdu: number[]) => encodeRtu(1, Uint8Array.from(pdu));
const readInput = (at: number, count: number) => send(4, ...words(at, count));

function registers(bytes: Uint8Array): number[] {
  return Array.from(
    { length: (bytes[2] ?? 0) / 2 },
    (_, i) => ((bytes[3 + 2 * i] ?? 0) << 8) | (bytes[4 + 2 * i] ?? 0),
  );
}

describe("room-1 at the byte", () => {
  function bench() {
    const b = testTwin();
    const line = b.host("bus-shelf-1");
    let beat = 0;
    const command = (id: number, verb: number, aisle: number, expected: number, ttlMs = 2000, epoch = 1) =>
      line.ask(send(16, ...words(0, 8), 16, ...words(id, verb, aisle, 0, ++beat, epoch, ttlMs, expected)), 60);
    const status = () => registers(line.ask(readInput(0, 21), 60));
    const beatFor = (ms: number) => {
      for (let i = 0; i < ms; i += 100) line.ask(send(6, ...words(4, ++beat & 0xffff)), 100);
    };
    return { ...b, line, command, status, beatFor };
  }

  it("opens, tells positions while rolling, and is done when it stands", () => {
    const b = bench();
    expect(b.status().slice(0, 5)).toEqual([0x4152, 1, 6, 0, 0]);
    b.command(1, 1, 2, 0);
    expect(b.status().slice(9, 12)).toEqual([1, 1, 0]);
    b.beatFor(5000);
    expect(b.status().slice(3, 5)).toEqual([1, 0xffff]);
    const third = registers(b.line.ask(readInput(116, 3), 60));
    expect(third[1]).toBe(2);
    b.beatFor(25_000);
    expect(b.status().slice(3, 12)).toEqual([0, 2, 0, 0, expect.any(Number), expect.any(Number), 1, 2, 0]);
  });

  it("counts people, refuses with the register's reasons, and stops by coil 0 in every state", () => {
    const b = bench();
    b.command(1, 1, 9, 0);
    expect(b.status().slice(9, 12)).toEqual([1, 3, 8]);
    b.command(2, 1, 1, 0, 2001);
    expect(b.status().slice(9, 12)).toEqual([2, 3, 1]);
    b.command(3, 1, 1, 4);
    expect(b.status().slice(9, 12)).toEqual([3, 3, 3]);
    b.command(4, 1, 1, 0);
    b.beatFor(30_000);
    const area = b.twin.room.areas.get("r1.1");
    if (!area) throw new Error("no area");
    expect(stepIn(area.rail, 1)).toBe(true);
    area.rig.entry();
    expect(b.status().slice(13, 16)).toEqual([1, 1, 0]);
    b.command(5, 1, 2, 1);
    expect(b.status().slice(9, 12)).toEqual([5, 3, 6]);
    expect(b.line.ask(send(5, 0, 0, 0xff, 0), 60)).toEqual(send(5, 0, 0, 0xff, 0));
    expect(b.status()[3]).toBe(4);
    expect(b.line.ask(send(5, 0, 1, 0xff, 0), 60)[1]).toBe(0x85);
  });

  it("takes a beat count that stands still for no beat", () => {
    const b = bench();
    b.command(1, 1, 2, 0);
    for (let i = 0; i < 60; i++) b.line.ask(send(6, ...words(4, 77)), 100);
    expect(b.status()[3]).toBe(4);
    // Bit 8: heartbeat lost.
    expect((b.status()[6] ?? 0) & 0x100).toBe(0x100);
  });

  it("shows the guide light that it was told", () => {
    const b = bench();
    b.line.ask(send(16, ...words(20, 5), 10, ...words(3, 2, 4, 1, 9)), 60);
    expect(b.status().slice(16, 21)).toEqual([3, 2, 4, 1, 9]);
    b.line.ask(send(16, ...words(20, 5), 10, ...words(0, 0, 0, 0, 0)), 60);
    expect(b.status()[16]).toBe(0);
  });
});

describe("fatek-njust at the byte", () => {
  it("opens aisle 3 by the published sequence, and stops by button 2 for good until reset", () => {
    const text = readFileSync("sites/demo.yaml", "utf8").replace("protocol: room-1", "protocol: fatek-njust");
    const { site } = parseSite(text);
    if (!site) throw new Error("site");
    const b = testTwin({ layout: layoutOf(site) });
    const line = b.host("bus-shelf-1");
    const ask = (hex: string) =>
      Buffer.from(line.ask(Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex")), 200)).toString("hex");
    // The published sequence (firmware-protocols/register-maps/PROTOCOL.md), as tshark reads it.
    expect(ask("01 01 08 64 00 02 FE 74")).toBe("01010102d049");
    expect(ask("01 01 08 9E 00 01 9E 44")).toBe("010101005188");
    ask("01 06 00 0A 00 03 E9 C9");
    ask("01 0F 08 98 00 06 01 20 BE 1A");
    ask("01 0F 08 98 00 06 01 00 BF C2");
    expect(ask("01 01 08 9E 00 01 9E 44").slice(6, 8)).toBe("01");
    b.clock.advance(30_000);
    expect(ask("01 01 08 9E 00 01 9E 44").slice(6, 8)).toBe("00");
    expect(b.twin.room.areas.get("r1.1")?.rig.state().openAisle).toBe(3);
    line.ask(send(15, ...words(2200, 6), 1, 0x02), 200);
    expect(b.twin.room.areas.get("r1.1")?.rig.state().stopped).toBe(true);
  });
});
