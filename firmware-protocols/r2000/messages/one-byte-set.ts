import { bytesOf, type MessageCodec, type Status, statusReply } from "../message.ts";

// Request `value(1)`, reply `ErrorCode(1)`. `from`..`to` is the range in the manual; a reader refuses other values.
export const oneByteSetRows = [
  { command: 0x62, kind: "set-antenna-detector", from: 0, to: 0xff, value: "0 off, else return loss threshold dB" },
  { command: 0x66, kind: "set-temporary-power", from: 20, to: 33, value: "dBm, all antennas, lost at reset" },
  { command: 0x69, kind: "set-link-profile", from: 0xd0, to: 0xd3, value: "D0..D3, PROTOCOL.md" },
  { command: 0x6c, kind: "set-antenna-bank", from: 0, to: 0x10, value: "00 ports 1–8, 10h ports 9–16" },
  { command: 0x71, kind: "set-baud-rate", from: 1, to: 4, value: "1 9600, 2 19200, 3 38400, 4 115200" },
  { command: 0x73, kind: "set-address", from: 0, to: 0xfe, value: "new bus address" },
  { command: 0x74, kind: "set-work-antenna", from: 0, to: 7, value: "antenna, 0-based" },
  { command: 0x7a, kind: "set-beeper", from: 0, to: 2, value: "0 quiet, 1 every round, 2 every tag" },
] as const;

export interface OneByteSet {
  readonly kind: (typeof oneByteSetRows)[number]["kind"];
  readonly value: number;
}

export const oneByteSets: readonly MessageCodec<OneByteSet, Status>[] = oneByteSetRows.map(({ command, kind }) => ({
  command,
  name: kind,
  request: {
    payloadBytes: [1],
    decode: (payload) =>
      payload.length === 1
        ? { kind, value: payload[0]! }
        : { kind: "malformed", why: `${kind} takes 1 byte, got ${payload.length}` },
    encode: (request) => bytesOf(request.value),
  },
  reply: statusReply,
}));
