import { bytesOf, type MessageCodec, type Status, statusOf } from "../message.ts";

export interface MeasureReturnLoss {
  readonly kind: "measure-return-loss";
  readonly frequencyIndex: number;
}

export interface ReturnLoss {
  readonly kind: "return-loss";
  readonly returnLossDb: number;
}

// Error codes about an antenna or a frequency start at 40h; no port measures 64 dB.
const returnLossDbMax = 0x3f;

/** 7E: `frequency index(1)` → `dB(1)`, or an error code (EE = measurement failed). */
export const returnLoss: MessageCodec<MeasureReturnLoss, ReturnLoss | Status> = {
  command: 0x7e,
  name: "measure-return-loss",
  request: {
    payloadBytes: [1],
    decode: (payload) =>
      payload.length === 1
        ? { kind: "measure-return-loss", frequencyIndex: payload[0]! }
        : { kind: "malformed", why: `return loss request of ${payload.length} bytes` },
    encode: (request) => bytesOf(request.frequencyIndex),
  },
  reply: {
    payloadBytes: [1],
    decode: (payload) => {
      if (payload.length !== 1) return { kind: "malformed", why: `return loss of ${payload.length} bytes` };
      const value = payload[0]!;
      return value <= returnLossDbMax ? { kind: "return-loss", returnLossDb: value } : statusOf(value);
    },
    encode: (reply) => bytesOf(reply.kind === "status" ? reply.code : reply.returnLossDb),
  },
};
