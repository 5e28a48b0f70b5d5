import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  connectPacket,
  packet,
  publishPacket,
  remainingLength,
  subscribePacket,
  unsubscribePacket,
} from "../../../tests/support/raw-mqtt.ts";
import { createPacketGate } from "./packet-gate.ts";

const hello = connectPacket({ clientId: "rd-1", username: "rd-1", password: "secret" });

function openGate() {
  const gate = createPacketGate();
  expect(gate.take(hello)).toBeNull();
  gate.open();
  return gate;
}

describe("packet gate", () => {
  it("lets every good conversation through, however it is cut", () => {
    const good = fc.oneof(
      fc
        .record({
          qos: fc.constantFrom(0, 1) as fc.Arbitrary<0 | 1>,
          size: fc.nat(300),
          id: fc.integer({ min: 1, max: 0xffff }),
        })
        .map(({ qos, size, id }) => publishPacket("a/b", Buffer.alloc(size), { qos, id })),
      fc.integer({ min: 1, max: 0xffff }).map((id) => subscribePacket(["a/b", "c"], id)),
      fc.integer({ min: 1, max: 0xffff }).map((id) => unsubscribePacket(["a/b"], id)),
      fc.constant(packet(0xc0)),
      fc.integer({ min: 1, max: 0xffff }).map((id) => packet(0x40, Buffer.from([id >> 8, id & 0xff]))),
    );
    fc.assert(
      fc.property(
        fc.array(good, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (packets, cuts) => {
          const gate = openGate();
          const bytes = Buffer.concat(packets);
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = cuts[i % cuts.length] as number;
            if (gate.take(bytes.subarray(at, at + size)) !== null) return false;
            at += size;
          }
          return true;
        },
      ),
    );
  });

  it("never throws, and once refused no byte counts any more", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 }), (chunks) => {
        const gate = openGate();
        for (const chunk of chunks) if (gate.take(chunk) !== null) break;
      }),
    );
  });

  it.each([
    ["a packet before CONNECT", () => createPacketGate().take(packet(0xc0))],
    ["a second CONNECT", () => openGate().take(hello)],
    ["a CONNECT of 5 KiB", () => createPacketGate().take(Buffer.concat([Buffer.from([0x10]), remainingLength(5000)]))],
    ["a CONNECT that announces 256 MB", () => createPacketGate().take(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))],
    ["a length of five bytes", () => openGate().take(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80]))],
    ["a PUBLISH above 256 KiB", () => openGate().take(Buffer.concat([Buffer.from([0x30]), remainingLength(262_145)]))],
    ["QoS 3", () => openGate().take(packet(0x36, Buffer.from("\u0000\u0001a\u0000\u0001")))],
    ["packet id 0 in PUBLISH", () => openGate().take(publishPacket("a", "x", { qos: 1, id: 0 }))],
    ["packet id 0 in SUBSCRIBE", () => openGate().take(subscribePacket(["a"], 0))],
    ["packet id 0 in UNSUBSCRIBE", () => openGate().take(unsubscribePacket(["a"], 0))],
    ["an empty topic", () => openGate().take(publishPacket("", "x"))],
    ["a topic longer than its packet", () => openGate().take(packet(0x30, Buffer.from([0, 9, 0x61])))],
    ["a packet only brokers send", () => openGate().take(packet(0x20, Buffer.from([0, 0])))],
    ["reserved flags", () => openGate().take(packet(0x80, Buffer.from([0, 1])))],
  ])("refuses %s", (_, take) => {
    expect(take()).toBeTypeOf("string");
  });

  it("refuses a flood behind a CONNECT that was not answered yet", () => {
    const gate = createPacketGate();
    expect(gate.take(hello)).toBeNull();
    let refused: string | null = null;
    for (let i = 0; i < 100 && refused === null; i++) refused = gate.take(publishPacket("a", Buffer.alloc(1000)));
    expect(refused).toBe("too much before the client was known");
  });
});
