/** One R2000 reader on a bus: a request out, its decoded replies in. Frames: firmware-protocols/r2000/PROTOCOL.md. */

import type { R2000Frame, Reply, Request } from "../../../../firmware-protocols/r2000/index.ts";
import { decodeReply, encodeRequest } from "../../../../firmware-protocols/r2000/index.ts";
import { messageOfRequest } from "../../../../firmware-protocols/r2000/table.ts";
import { Refusal } from "../../../contract/errors.ts";
import type { Bus } from "../../bus/bus.ts";

export interface AskLimits {
  timeoutMs?: number;
  answerMsMax?: number;
  retries?: number;
}

export interface R2000Unit {
  /** Resolves with all replies to one request, in order. Rejects with a Refusal when the reader does not answer. */
  ask(request: Request, limits?: AskLimits): Promise<Reply[]>;
  /** Like `ask`, for requests that are answered by one status; rejects when that is an error. */
  tell(request: Request): Promise<void>;
}

/** Short commands are answered within a few ms; USB adapters and serial servers add their own delay. */
const answerMs = 150;

export function r2000Unit(bus: Bus<R2000Frame>, address: number, readerId: string): R2000Unit {
  async function ask(request: Request, limits: AskLimits = {}): Promise<Reply[]> {
    const { command } = messageOfRequest(request.kind);
    let tagsMissing = Number.POSITIVE_INFINITY;
    const replies: Reply[] = [];
    await bus.request({
      slave: address,
      priority: "inventory",
      bytes: encodeRequest(address, request),
      timeoutMs: limits.timeoutMs ?? answerMs,
      retries: limits.retries ?? 0,
      ...(limits.answerMsMax === undefined ? {} : { answerMsMax: limits.answerMsMax }),
      matches(frame) {
        if (frame.command !== command || frame.address !== address) return "no";
        const reply = decodeReply(frame);
        if (reply.kind === "malformed" || reply.kind === "unknown") return "no";
        replies.push(reply);
        if (reply.kind === "tag") return "more";
        if (reply.kind !== "buffered-tag") return "done";
        // One frame follows for each tag in the buffer; each frame carries the total.
        tagsMissing = Math.min(tagsMissing, reply.tagCount) - 1;
        return tagsMissing > 0 ? "more" : "done";
      },
    });
    return replies;
  }

  return {
    ask,
    async tell(request) {
      const [reply] = await ask(request, { retries: 1 });
      if (reply?.kind === "status" && reply.outcome !== "error") return;
      const detail = reply?.kind === "status" ? reply.name : "no status";
      throw new Refusal("device-refused", { device: readerId, detail });
    },
  };
}
