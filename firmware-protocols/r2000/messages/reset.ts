import { bareRequest, type MessageCodec, type Status, statusReply } from "../message.ts";

export interface Reset {
  readonly kind: "reset";
}

/** 70: no payload → no reply when it resets, else `ErrorCode(1)`. */
export const reset: MessageCodec<Reset, Status> = {
  command: 0x70,
  name: "reset",
  request: bareRequest("reset"),
  reply: statusReply,
};
