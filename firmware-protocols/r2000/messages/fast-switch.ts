import { bigEndian, bytesOf, type MessageCodec, readBigEndian, type Status, statusOf } from "../message.ts";
import { decodeTag, encodeTag, fitsTag, type Tag } from "./tag-report.ts";

/** One antenna and how many rounds to stay on it; `antenna` null skips the place. */
export interface Stay {
  readonly antenna: number | null;
  readonly rounds: number;
}

/** 4 or 8 places, depending on the firmware. */
export interface FastSwitch {
  readonly kind: "fast-switch";
  readonly stays: readonly Stay[];
  readonly intervalMs: number;
  readonly repeat: number;
}

/** `totalReadBytes` 4 is V2.2 firmware. */
export interface FastSwitchEnd {
  readonly kind: "fast-switch-end";
  readonly totalRead: number;
  readonly durationMs: number;
  readonly totalReadBytes: 3 | 4;
}

/** An antenna could not be used in this pass; `name` is "antenna-missing" for 22h. The pass goes on. */
export interface AntennaError {
  readonly kind: "antenna-error";
  readonly antenna: number;
  readonly status: Status;
}

const skip = 0xff;

/**
 * 8A: 4 or 8 × `antenna(1) stay(1)`, `interval ms(1) repeat(1)`; antenna above 03 (07 on 8 ports) = skip.
 * → tag reports, `AntID(1) ErrorCode(1)`, then `TotalRead(3) Duration ms(4)`, V2.2 `TotalRead(4) Duration ms(4)`.
 * 8 bytes are a tag with a 2-word EPC when the PC says so, else the V2.2 end.
 */
export const fastSwitch: MessageCodec<FastSwitch, Tag | FastSwitchEnd | AntennaError | Status> = {
  command: 0x8a,
  name: "fast-switch",
  request: {
    payloadBytes: [10, 18],
    decode: (payload) => {
      if (payload.length !== 10 && payload.length !== 18) {
        return { kind: "malformed", why: `fast switch request of ${payload.length} bytes` };
      }
      const places = (payload.length - 2) / 2;
      const stays = Array.from({ length: places }, (_, place): Stay => {
        const antenna = payload[2 * place]!;
        return { antenna: antenna < places ? antenna : null, rounds: payload[2 * place + 1]! };
      });
      return {
        kind: "fast-switch",
        stays,
        intervalMs: payload[payload.length - 2]!,
        repeat: payload[payload.length - 1]!,
      };
    },
    encode: ({ stays, intervalMs, repeat }) => {
      if (stays.length !== 4 && stays.length !== 8) throw new RangeError(`${stays.length} places: 4 or 8 expected`);
      return bytesOf(...stays.flatMap(({ antenna, rounds }) => [antenna ?? skip, rounds]), intervalMs, repeat);
    },
  },
  reply: {
    payloadBytes: [1, 2, 7, 8],
    fits: fitsTag,
    decode: (payload) => {
      switch (payload.length) {
        case 1:
          return statusOf(payload[0]!);
        case 2:
          return { kind: "antenna-error", antenna: payload[0]!, status: statusOf(payload[1]!) };
        case 7:
          return end(payload, 3);
        case 8:
          return fitsTag(payload, 0, 8) ? decodeTag(payload) : end(payload, 4);
        default:
          return decodeTag(payload);
      }
    },
    encode: (reply) => {
      if (reply.kind === "tag") return encodeTag(reply);
      if (reply.kind === "status") return bytesOf(reply.code);
      if (reply.kind === "antenna-error") return bytesOf(reply.antenna, reply.status.code);
      return bytesOf(...bigEndian(reply.totalRead, reply.totalReadBytes), ...bigEndian(reply.durationMs, 4));
    },
  },
};

function end(payload: Uint8Array, totalReadBytes: 3 | 4): FastSwitchEnd {
  return {
    kind: "fast-switch-end",
    totalRead: readBigEndian(payload, 0, totalReadBytes),
    durationMs: readBigEndian(payload, totalReadBytes, 4),
    totalReadBytes,
  };
}
