import { bareRequest, bytesOf, type MessageCodec, type Status, statusOf } from "../message.ts";

export interface GetFirmwareVersion {
  readonly kind: "get-firmware-version";
}

export interface FirmwareVersion {
  readonly kind: "firmware-version";
  readonly major: number;
  readonly minor: number;
}

/** 72: no payload → `major(1) minor(1)`. */
export const firmwareVersion: MessageCodec<GetFirmwareVersion, FirmwareVersion | Status> = {
  command: 0x72,
  name: "get-firmware-version",
  request: bareRequest("get-firmware-version"),
  reply: {
    payloadBytes: [1, 2],
    decode: (payload) => {
      if (payload.length === 1) return statusOf(payload[0]!);
      if (payload.length !== 2) return { kind: "malformed", why: `firmware version of ${payload.length} bytes` };
      return { kind: "firmware-version", major: payload[0]!, minor: payload[1]! };
    },
    encode: (reply) => (reply.kind === "status" ? bytesOf(reply.code) : bytesOf(reply.major, reply.minor)),
  },
};
