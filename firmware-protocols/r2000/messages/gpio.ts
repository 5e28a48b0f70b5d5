import { bareRequest, bytesOf, type MessageCodec, type Status, statusOf, statusReply } from "../message.ts";

export interface ReadGpio {
  readonly kind: "read-gpio";
}

/** Levels of the two inputs, pins 1 and 2. */
export interface GpioLevels {
  readonly kind: "gpio-levels";
  readonly pin1High: boolean;
  readonly pin2High: boolean;
}

/** Drives one of the two outputs, pins 3 and 4. */
export interface WriteGpio {
  readonly kind: "write-gpio";
  readonly pin: 3 | 4;
  readonly high: boolean;
}

/** 60: no payload → `pin 1 level(1) pin 2 level(1)`. */
export const readGpio: MessageCodec<ReadGpio, GpioLevels | Status> = {
  command: 0x60,
  name: "read-gpio",
  request: bareRequest("read-gpio"),
  reply: {
    payloadBytes: [1, 2],
    decode: (payload) => {
      if (payload.length === 1) return statusOf(payload[0]!);
      if (payload.length !== 2 || payload[0]! > 1 || payload[1]! > 1) {
        return { kind: "malformed", why: `GPIO levels ${Array.from(payload).join(" ")}` };
      }
      return { kind: "gpio-levels", pin1High: payload[0] === 1, pin2High: payload[1] === 1 };
    },
    encode: (reply) =>
      reply.kind === "status" ? bytesOf(reply.code) : bytesOf(reply.pin1High ? 1 : 0, reply.pin2High ? 1 : 0),
  },
};

/** 61: `pin(03 or 04) level(1)` → `ErrorCode(1)`. */
export const writeGpio: MessageCodec<WriteGpio, Status> = {
  command: 0x61,
  name: "write-gpio",
  request: {
    payloadBytes: [2],
    decode: (payload) => {
      const [pin, level] = payload;
      if (payload.length !== 2 || (pin !== 3 && pin !== 4) || level! > 1) {
        return { kind: "malformed", why: `GPIO write ${Array.from(payload).join(" ")}` };
      }
      return { kind: "write-gpio", pin, high: level === 1 };
    },
    encode: (request) => bytesOf(request.pin, request.high ? 1 : 0),
  },
  reply: statusReply,
};
