import { fromHex, toHex } from "../../framing/hex.ts";
import { bareRequest, bytesOf, type MessageCodec, type Status, statusOf, statusReply } from "../message.ts";

/** The tag to which the access commands apply; null clears the choice. `epc` is upper-case hex. */
export interface SetEpcMatch {
  readonly kind: "set-epc-match";
  readonly epc: string | null;
}

export interface GetEpcMatch {
  readonly kind: "get-epc-match";
}

export interface EpcMatch {
  readonly kind: "epc-match";
  readonly epc: string | null;
}

/** 85: `mode(00 set, 01 clear) length(1) EPC` → `ErrorCode(1)`. */
export const setEpcMatch: MessageCodec<SetEpcMatch, Status> = {
  command: 0x85,
  name: "set-epc-match",
  request: {
    payloadBytes: [],
    fits: (buffer, at, size) => size >= 2 && buffer[at]! <= 1 && buffer[at + 1] === size - 2,
    decode: (payload) => {
      if (payload.length < 2 || payload[1] !== payload.length - 2 || payload[0]! > 1) {
        return {
          kind: "malformed",
          why: `EPC match mode ${payload[0]}, length ${payload[1]}, in ${payload.length} bytes`,
        };
      }
      return { kind: "set-epc-match", epc: payload[0] === 1 ? null : toHex(payload, 2) };
    },
    encode: (request) => (request.epc === null ? bytesOf(1, 0) : bytesOf(0, ...lengthAndEpc(request.epc))),
  },
  reply: statusReply,
};

/** 86: no payload → `status(00 chosen) length(1) EPC` or `status(01 none)`. */
export const getEpcMatch: MessageCodec<GetEpcMatch, EpcMatch | Status> = {
  command: 0x86,
  name: "get-epc-match",
  request: bareRequest("get-epc-match"),
  reply: {
    payloadBytes: [1],
    fits: (buffer, at, size) => size >= 2 && buffer[at] === 0 && buffer[at + 1] === size - 2,
    decode: (payload) => {
      if (payload.length === 1) {
        return payload[0] === 1 ? { kind: "epc-match", epc: null } : statusOf(payload[0]!);
      }
      if (payload[0] !== 0 || payload[1] !== payload.length - 2) {
        return {
          kind: "malformed",
          why: `EPC match status ${payload[0]}, length ${payload[1]}, in ${payload.length} bytes`,
        };
      }
      return { kind: "epc-match", epc: toHex(payload, 2) };
    },
    encode: (reply) => {
      if (reply.kind === "status") return bytesOf(reply.code);
      return reply.epc === null ? bytesOf(1) : bytesOf(0, ...lengthAndEpc(reply.epc));
    },
  },
};

function lengthAndEpc(epc: string): number[] {
  const bytes = fromHex(epc);
  if (bytes === null) throw new RangeError(`EPC ${epc} is not hex`);
  return [bytes.length, ...bytes];
}
