import { bareRequest, bytesOf, type MessageCodec, type Status, statusOf, statusReply } from "../message.ts";

/** One power for all antennas, or one an antenna (4 or 8). Writes flash, takes > 100 ms: never in a loop. */
export interface SetOutputPower {
  readonly kind: "set-output-power";
  readonly powersDbm: readonly number[];
}

export interface GetOutputPower {
  readonly kind: "get-output-power";
}

export interface OutputPower {
  readonly kind: "output-power";
  readonly powersDbm: readonly number[];
}

/** The manual's highest power, 21h. */
export const powerDbmMax = 33;

const sizes = [1, 4, 8];

/** 76: `dBm(1)`, `dBm(4)` or `dBm(8)` → `ErrorCode(1)`. */
export const setOutputPower: MessageCodec<SetOutputPower, Status> = {
  command: 0x76,
  name: "set-output-power",
  request: {
    payloadBytes: sizes,
    decode: (payload) =>
      sizes.includes(payload.length)
        ? { kind: "set-output-power", powersDbm: Array.from(payload) }
        : { kind: "malformed", why: `output power for ${payload.length} antennas` },
    encode: (request) => powerBytes(request.powersDbm),
  },
  reply: statusReply,
};

/**
 * 77: no payload → `dBm(1)` when equal, else one byte an antenna (4 or 8).
 * One byte up to 21h is a power, so the codes 10, 11, 20 and 21 cannot be told from it (PROTOCOL.md trap 6).
 */
export const getOutputPower: MessageCodec<GetOutputPower, OutputPower | Status> = {
  command: 0x77,
  name: "get-output-power",
  request: bareRequest("get-output-power"),
  reply: {
    payloadBytes: sizes,
    decode: (payload) => {
      if (payload.length === 1 && payload[0]! > powerDbmMax) return statusOf(payload[0]!);
      if (!sizes.includes(payload.length))
        return { kind: "malformed", why: `output power of ${payload.length} antennas` };
      return { kind: "output-power", powersDbm: Array.from(payload) };
    },
    encode: (reply) => (reply.kind === "status" ? bytesOf(reply.code) : powerBytes(reply.powersDbm)),
  },
};

function powerBytes(powersDbm: readonly number[]): Uint8Array {
  if (!sizes.includes(powersDbm.length)) throw new RangeError(`${powersDbm.length} powers: 1, 4 or 8 expected`);
  return bytesOf(...powersDbm);
}
