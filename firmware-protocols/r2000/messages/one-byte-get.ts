import { bareRequest, bytesOf, type MessageCodec, type Status, statusOf } from "../message.ts";

// Request without payload, reply `value(1)` or `ErrorCode(1)`: a byte outside `from`..`to` is the error code.
const oneByteGetRows = [
  { command: 0x63, ask: "get-antenna-detector", kind: "antenna-detector", from: 0, to: 0x1f },
  { command: 0x6a, ask: "get-link-profile", kind: "link-profile", from: 0xd0, to: 0xd3 },
  { command: 0x75, ask: "get-work-antenna", kind: "work-antenna", from: 0, to: 7 },
] as const;

export interface OneByteGet {
  readonly kind: (typeof oneByteGetRows)[number]["ask"];
}

export interface OneByteValue {
  readonly kind: (typeof oneByteGetRows)[number]["kind"];
  readonly value: number;
}

export const oneByteGets: readonly MessageCodec<OneByteGet, OneByteValue | Status>[] = oneByteGetRows.map(
  ({ command, ask, kind, from, to }) => ({
    command,
    name: ask,
    request: bareRequest(ask),
    reply: {
      payloadBytes: [1],
      decode: (payload) => {
        if (payload.length !== 1) return { kind: "malformed", why: `${kind} of ${payload.length} bytes` };
        const value = payload[0]!;
        return value >= from && value <= to ? { kind, value } : statusOf(value);
      },
      encode: (reply) => bytesOf(reply.kind === "status" ? reply.code : reply.value),
    },
  }),
);
