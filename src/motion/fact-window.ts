/** Facts on their way to the gateway: so many at a time, in order; what it does not take waits in memory, then in the log alone. */
import type { Clock } from "../clock/clock.ts";
import type { FactLog } from "./fact-log.ts";
import type { Fact, FactBody } from "./messages.ts";

/** Facts on their way that the gateway has not taken yet. */
const factsOutMax = 64;
/** Facts that wait for a held gateway, in memory; what comes then is in the log alone, and read from there when these are gone. */
const factsWaitingMax = 10_000;

export interface FactWindow {
  keep(areaKey: string, body: FactBody): Fact;
  took(upTo: number): void;
  flush(): void;
}

export interface FactWindowDeps {
  clock: Clock;
  log: FactLog;
  /** Nothing goes out before this monotonic moment. */
  heldUntilMs(): number;
  send(facts: readonly Fact[]): void;
}

export function factWindow({ clock, log, heldUntilMs, send }: FactWindowDeps): FactWindow {
  let waiting: Fact[] = [];
  let tookId = 0;
  let sentId = 0;
  let isInLogAlone = false;

  /** A page of the log at a time: however long the gateway was away, motion is held by no more. */
  function refill(): void {
    const page = log.after(sentId);
    if (page === null) return;
    waiting = page;
    isInLogAlone = page.length > 0;
  }

  function flush(): void {
    const room = factsOutMax - (sentId - tookId);
    if (room <= 0 || clock.monoMs() < heldUntilMs()) return;
    if (waiting.length === 0 && isInLogAlone) refill();
    if (waiting.length === 0) return;
    const facts = waiting.splice(0, room);
    sentId = facts.at(-1)?.id ?? sentId;
    send(facts);
  }

  return {
    keep(areaKey, body) {
      const fact = log.add(areaKey, clock.nowMs(), body);
      if (waiting.length < factsWaitingMax && !isInLogAlone) waiting.push(fact);
      else isInLogAlone = true;
      flush();
      return fact;
    },
    took(upTo) {
      tookId = Math.max(tookId, upTo);
      flush();
    },
    flush,
  };
}
