/** STOPs that motion has not looked at yet: one that went to a motion that died or stood still goes to the next one. */
import type { Actor } from "../contract/journal.ts";
import type { AreaOrder } from "../motion/messages.ts";

export interface OpenStops {
  stop(actor: Actor): void;
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
  const open = new Map<string, Actor>();

  function stop(actor: Actor): void {
    const commandId = newId();
    if (open.size < openMax) open.set(commandId, actor);
    void order({ kind: "stop", commandId, actor }, "untilItEnds").then(
      (answer) => void (answer && open.delete(commandId)),
    );
  }

  return {
    stop,
    isAnyOpen: () => open.size > 0,
    again() {
      const missed = [...open.values()];
      open.clear();
      for (const actor of missed) stop(actor);
    },
  };
}
