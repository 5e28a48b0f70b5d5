import { bareRequest, bytesOf, type MessageCodec, type Status, statusOf } from "../message.ts";

export interface GetTemperature {
  readonly kind: "get-temperature";
}

export interface Temperature {
  readonly kind: "temperature";
  readonly celsius: number;
}

/** 7B: no payload → `sign(1) degrees(1)`, sign 00 = plus, 01 = minus (pyImpinj has it inverted). */
export const temperature: MessageCodec<GetTemperature, Temperature | Status> = {
  command: 0x7b,
  name: "get-temperature",
  request: bareRequest("get-temperature"),
  reply: {
    payloadBytes: [1, 2],
    decode: (payload) => {
      if (payload.length === 1) return statusOf(payload[0]!);
      if (payload.length !== 2) return { kind: "malformed", why: `temperature of ${payload.length} bytes` };
      const degrees = payload[1]!;
      if (payload[0] === 0) return { kind: "temperature", celsius: degrees };
      if (payload[0] === 1 && degrees > 0) return { kind: "temperature", celsius: -degrees };
      return { kind: "malformed", why: `temperature sign ${payload[0]} with ${degrees} degrees` };
    },
    encode: (reply) =>
      reply.kind === "status" ? bytesOf(reply.code) : bytesOf(reply.celsius < 0 ? 1 : 0, Math.abs(reply.celsius)),
  },
};
