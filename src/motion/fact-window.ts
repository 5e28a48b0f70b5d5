/** Sends facts to the gateway, a limited number at a time and in order; the rest waits in memory, then only in the log. */
import type { Clock } from "../clock/clock.ts";
import type { FactLog } from "./fact-log.ts";
import type { Fact, FactBody } from "./messages.ts";

/** Facts sent that the gateway has not acknowledged yet. */
const factsOutMax = 64;
/** Facts held in memory for a stuck gateway. Later ones are only in the log, and are read from there when these are gone. */
const factsWaitingMax = 10_000;

export interface FactWindow {
  keep(areaKey: string, body: FactBody): Fact;
  took(upTo: number): void;
  flush(): void;
}

export interface FactWindowDeps {
  clock: Clock;
  log: FactLog;
  /** Nothing is sent before this monotonic time. */
  heldUntilMs(): number;
  send(facts: readonly Fact[]): void;
}

export function factWindow({ clock, log, heldUntilMs, send }: FactWindowDeps): FactWindow {
  let waiting: Fact[] = [];
  let tookId = 0;
  let sentId = 0;
  let isInLogAlone = false;

  /** Reads one page of the log at a time, so that a long absence of the gateway does not hold up motion. */
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
