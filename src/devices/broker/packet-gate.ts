/**
 * Checks an MQTT 3.1.1 byte stream's packets before the broker sees them: sizes, order, reserved bits, packet ids. aedes has no
 * limits: five sockets that announced 256 MB each filled 1 GB (probe 6 of broker-probes.test.ts). Payload bytes cost nothing.
 */
export interface GateLimits {
  /** Largest CONNECT packet, before the client is known. */
  connectBytesMax: number;
  /** All bytes sent before the client is known, e.g. packets sent right after CONNECT. */
  unknownBytesMax: number;
  packetBytesMax: number;
}

export const gateDefaults: GateLimits = {
  connectBytesMax: 4 * 1024,
  unknownBytesMax: 16 * 1024,
  packetBytesMax: 256 * 1024,
};

export interface PacketGate {
  /** Returns why the connection must end; null to go on. */
  take(bytes: Uint8Array): string | null;
  /** The client's credentials were accepted. */
  open(): void;
}

const connectType = 1;
const publishType = 3;
/** Lower half of a packet's first byte, where it is fixed (MQTT 3.1.1 §2.2.2). */
const fixedFlags = new Map([
  [1, 0],
  [4, 0],
  [5, 0],
  [6, 2],
  [7, 0],
  [8, 2],
  [10, 2],
  [12, 0],
  [14, 0],
]);
/** Packets that begin with a packet id, which is never 0 (MQTT 3.1.1 §2.3.1). */
const idFirst = new Set([4, 5, 6, 7, 8, 10]);

type Place = "type" | "length" | "topic-length" | "topic" | "id" | "rest";

/** The position of a connection's byte stream within its packets. */
interface Gate {
  readonly limits: GateLimits;
  isOpen: boolean;
  hasConnected: boolean;
  unknownBytes: number;
  place: Place;
  type: number;
  qos: number;
  length: number;
  lengthBytes: number;
  /** Bytes of the current packet still to come. */
  left: number;
  /** The two-byte number being read, and how many bytes of it or of the topic are still to come. */
  word: number;
  due: number;
}

export function createPacketGate(limits: GateLimits = gateDefaults): PacketGate {
  const gate: Gate = {
    ...{ limits, isOpen: false, hasConnected: false, unknownBytes: 0, place: "type", type: 0 },
    ...{ qos: 0, length: 0, lengthBytes: 0, left: 0, word: 0, due: 0 },
  };

  return {
    take(bytes) {
      if (!gate.isOpen) {
        gate.unknownBytes += bytes.length;
        if (gate.unknownBytes > limits.unknownBytesMax) return "too much before the client was known";
      }
      let at = 0;
      while (at < bytes.length) {
        let fault: string | null;
        if (gate.place === "topic" || gate.place === "rest") {
          const passed = skip(gate, bytes.length - at);
          at += passed.skipped;
          fault = passed.fault;
        } else fault = takeByte(gate, bytes[at++] as number);
        if (fault) return fault;
      }
      return null;
    },
    open() {
      gate.isOpen = true;
    },
  };
}

/** Skips all bytes at once that need no check. */
function skip(gate: Gate, bytesMax: number): { skipped: number; fault: string | null } {
  const isTopic = gate.place === "topic";
  const skipped = Math.min(bytesMax, isTopic ? gate.due : gate.left);
  gate.left -= skipped;
  if (isTopic) {
    gate.due -= skipped;
    return { skipped, fault: gate.due === 0 ? afterTopic(gate) : null };
  }
  if (gate.left === 0) gate.place = "type";
  return { skipped, fault: null };
}

function takeByte(gate: Gate, byte: number): string | null {
  if (gate.place === "type") return begin(gate, byte);
  return gate.place === "length" ? takeLength(gate, byte) : takeWord(gate, byte);
}

function begin(gate: Gate, first: number): string | null {
  gate.type = first >> 4;
  const flags = first & 0x0f;
  gate.qos = (flags >> 1) & 3;
  if (gate.type === publishType) {
    if (gate.qos === 3) return "QoS 3";
  } else if (fixedFlags.get(gate.type) !== flags) {
    return "a packet that no client sends";
  }
  if (gate.type === connectType ? gate.hasConnected : !gate.hasConnected) return "CONNECT must come first, and once";
  gate.hasConnected = true;
  gate.place = "length";
  gate.length = 0;
  gate.lengthBytes = 0;
  return null;
}

function takeLength(gate: Gate, byte: number): string | null {
  gate.length += (byte & 0x7f) * 128 ** gate.lengthBytes++;
  if (gate.length > (gate.isOpen ? gate.limits.packetBytesMax : gate.limits.connectBytesMax))
    return "a packet above the limit";
  if ((byte & 0x80) !== 0) return gate.lengthBytes === 4 ? "a length of more than four bytes" : null;
  gate.left = gate.length;
  gate.word = 0;
  gate.due = 2;
  if (gate.type === publishType) gate.place = "topic-length";
  else if (idFirst.has(gate.type)) gate.place = "id";
  else gate.place = "rest";
  if (gate.place !== "rest" && gate.left < 2) return "a packet without its header";
  if (gate.left === 0) gate.place = "type";
  return null;
}

/** Reads the two-byte numbers inside a packet, one byte at a time. */
function takeWord(gate: Gate, byte: number): string | null {
  gate.word = (gate.word << 8) | byte;
  gate.left--;
  gate.due--;
  if (gate.due > 0) return null;
  if (gate.place === "topic-length") {
    if (gate.word === 0) return "an empty topic";
    gate.due = gate.word;
    if (gate.due > gate.left) return "a topic longer than its packet";
    gate.place = "topic";
    return null;
  }
  if (gate.word === 0) return "packet id 0";
  gate.place = gate.left === 0 ? "type" : "rest";
  return null;
}

function afterTopic(gate: Gate): string | null {
  if (gate.qos > 0) {
    if (gate.left < 2) return "a packet without its id";
    gate.place = "id";
    gate.word = 0;
    gate.due = 2;
  } else {
    gate.place = gate.left === 0 ? "type" : "rest";
  }
  return null;
}
