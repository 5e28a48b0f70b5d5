/** STOPs that motion has not looked at yet: one that went to a motion that died or stood still goes to the next one. */
import type { Clock } from "../clock/clock.ts";
import type { Actor } from "../contract/journal.ts";
import type { AreaOrder } from "../motion/messages.ts";

export interface OpenStops {
  stop(actor: Actor): void;
  /** Another motion stands ready. */
  again(): void;
}

export interface OpenStopsDeps {
  clock: Clock;
  newId(): string;
  /** Null where nobody answers. */
  order(order: AreaOrder): Promise<unknown>;
}

/** More by then say nothing new. */
const openMax = 16;
/** What was pressed longer ago has been answered by somebody going there. */
const againMsMax = 60_000;

export function openStops({ clock, newId, order }: OpenStopsDeps): OpenStops {
  const open = new Map<string, { actor: Actor; atMs: number }>();

  function stop(actor: Actor): void {
    const commandId = newId();
    if (open.size < openMax) open.set(commandId, { actor, atMs: clock.monoMs() });
    void order({ kind: "stop", commandId, actor }).then((answer) => void (answer && open.delete(commandId)));
  }

  return {
    stop,
    again() {
      const sinceMs = clock.monoMs() - againMsMax;
      for (const [commandId, { actor, atMs }] of [...open]) {
        open.delete(commandId);
        if (atMs >= sinceMs) stop(actor);
      }
    },
  };
}
