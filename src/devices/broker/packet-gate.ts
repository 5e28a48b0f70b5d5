/**
 * Counts an MQTT 3.1.1 byte stream's packets before the broker sees them: sizes, order, reserved bits, packet ids.
 * aedes has no limit of its own: five sockets that announce 256 MB each filled 1 GB (probe 6 of broker-probes.test.ts). Costs nothing per byte.
 */
export interface GateLimits {
  /** Until the client is known. */
  connectBytesMax: number;
  /** Everything sent before the client is known, e.g. packets pushed after CONNECT. */
  unknownBytesMax: number;
  packetBytesMax: number;
}

export const gateDefaults: GateLimits = {
  connectBytesMax: 4 * 1024,
  unknownBytesMax: 16 * 1024,
  packetBytesMax: 256 * 1024,
};

export interface PacketGate {
  /** Why the connection must end; null = go on. */
  take(bytes: Uint8Array): string | null;
  /** The client's credentials were accepted. */
  open(): void;
}

const connectType = 1;
const publishType = 3;
/** Lower half of the first byte, where it is fixed (MQTT 3.1.1 §2.2.2). */
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

export function createPacketGate(limits: GateLimits = gateDefaults): PacketGate {
  let isOpen = false;
  let hasConnected = false;
  let unknownBytes = 0;
  let place: Place = "type";
  let type = 0;
  let qos = 0;
  let length = 0;
  let lengthBytes = 0;
  /** Bytes of the packet still to come. */
  let left = 0;
  /** A two-byte number being read, and the bytes of it or of the topic still to come. */
  let word = 0;
  let due = 0;

  function begin(first: number): string | null {
    type = first >> 4;
    const flags = first & 0x0f;
    qos = (flags >> 1) & 3;
    if (type === publishType) {
      if (qos === 3) return "QoS 3";
    } else if (fixedFlags.get(type) !== flags) {
      return "a packet that no client sends";
    }
    if (type === connectType ? hasConnected : !hasConnected) return "CONNECT must come first, and once";
    hasConnected = true;
    place = "length";
    length = 0;
    lengthBytes = 0;
    return null;
  }

  function takeLength(byte: number): string | null {
    length += (byte & 0x7f) * 128 ** lengthBytes++;
    if (length > (isOpen ? limits.packetBytesMax : limits.connectBytesMax)) return "a packet above the limit";
    if ((byte & 0x80) !== 0) return lengthBytes === 4 ? "a length of more than four bytes" : null;
    left = length;
    word = 0;
    due = 2;
    if (type === publishType) place = "topic-length";
    else if (idFirst.has(type)) place = "id";
    else place = "rest";
    if (place !== "rest" && left < 2) return "a packet without its header";
    if (left === 0) place = "type";
    return null;
  }

  /** The two-byte numbers inside a packet, one byte at a time; everything else is skipped whole. */
  function takeWord(byte: number): string | null {
    word = (word << 8) | byte;
    left--;
    due--;
    if (due > 0) return null;
    if (place === "topic-length") {
      if (word === 0) return "an empty topic";
      due = word;
      if (due > left) return "a topic longer than its packet";
      place = "topic";
      return null;
    }
    if (word === 0) return "packet id 0";
    place = left === 0 ? "type" : "rest";
    return null;
  }

  function afterTopic(): string | null {
    if (qos > 0) {
      if (left < 2) return "a packet without its id";
      place = "id";
      word = 0;
      due = 2;
    } else {
      place = left === 0 ? "type" : "rest";
    }
    return null;
  }

  return {
    take(bytes) {
      if (!isOpen) {
        unknownBytes += bytes.length;
        if (unknownBytes > limits.unknownBytesMax) return "too much before the client was known";
      }
      let at = 0;
      while (at < bytes.length) {
        let fault: string | null = null;
        if (place === "type") fault = begin(bytes[at++] as number);
        else if (place === "length") fault = takeLength(bytes[at++] as number);
        else if (place === "topic" || place === "rest") {
          const skipped = Math.min(bytes.length - at, place === "topic" ? due : left);
          at += skipped;
          left -= skipped;
          if (place === "topic") {
            due -= skipped;
            if (due === 0) fault = afterTopic();
          } else if (left === 0) place = "type";
        } else fault = takeWord(bytes[at++] as number);
        if (fault) return fault;
      }
      return null;
    },
    open() {
      isOpen = true;
    },
  };
}
