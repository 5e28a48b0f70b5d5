/** STOPs that motion has not looked at yet: one that went to a motion that died or stood still goes to the next one. */
import type { Actor } from "../contract/journal.ts";
import type { AreaOrder, StopPress } from "../motion/messages.ts";

export interface OpenStops {
  stop(actor: Actor, press?: StopPress): void;
  isAnyOpen(): boolean;
  /** Another motion stands ready. */
  again(): void;
}

export interface OpenStopsDeps {
  newId(): string;
  /** Null when motion ended, or there is none. */
  order(order: AreaOrder, waits: "untilItEnds"): Promise<unknown>;
}

/** More by then say nothing new: they are sent and not remembered. */
const openMax = 16;

export function openStops({ newId, order }: OpenStopsDeps): OpenStops {
  const open = new Map<string, { actor: Actor; press: StopPress | undefined }>();

  function stop(actor: Actor, press?: StopPress): void {
    const commandId = newId();
    if (open.size < openMax) open.set(commandId, { actor, press });
    void order({ kind: "stop", commandId, actor, ...(press ? { press } : {}) }, "untilItEnds").then(
      (answer) => void (answer && open.delete(commandId)),
    );
  }

  return {
    stop,
    isAnyOpen: () => open.size > 0,
    again() {
      const missed = [...open.values()];
      open.clear();
      for (const { actor, press } of missed) stop(actor, press);
    },
  };
}
