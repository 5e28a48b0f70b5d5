/** Keeps a link open: opens it, notices its loss, and tries again with bounded, jittered pauses. */
import type { Chance } from "../../clock/chance.ts";
import { type Clock, withTimeout } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import { type ByteLink, linkLost, openTimeoutMs } from "./byte-link.ts";
import { type LinkState, linkStateBook } from "./link-state.ts";

export interface KeptLink {
  readonly name: string;
  readonly state: LinkState;
  start(): void;
  stop(): Promise<void>;
  write(bytes: Uint8Array): Promise<void>;
  /** Closes the connection and opens a new one. */
  reset(detail: string): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** Called on every change of `up` or of the reason. */
  onState(listener: (state: LinkState) => void): void;
}

export interface KeepUpLimits {
  pauseMsMin: number;
  pauseMsMax: number;
  /** After being up for this long, pauses start small again. */
  steadyMs: number;
}

export const keepUpDefaults: KeepUpLimits = { pauseMsMin: 250, pauseMsMax: 10_000, steadyMs: 5000 };

/**
 * Pause before attempt `attempt` (0-based): doubles up to the limit, spread over ±25 % so that devices do not reconnect in step.
 */
export function pauseMs(limits: KeepUpLimits, attempt: number, chance: Chance): number {
  const base = Math.min(limits.pauseMsMax, limits.pauseMsMin * 2 ** Math.min(attempt, 20));
  return Math.round(base * (0.75 + 0.5 * chance.next()));
}

export function keepLinkUp(
  link: ByteLink,
  clock: Clock,
  chance: Chance,
  limits: KeepUpLimits = keepUpDefaults,
): KeptLink {
  const book = linkStateBook(clock);
  let running = false;
  let attempt = 0;
  let cancelRetry = () => {};

  function retryLater(reason: Refusal): void {
    book.tell(false, reason);
    if (!running) return;
    cancelRetry();
    cancelRetry = clock.after(pauseMs(limits, attempt++, chance), tryOpen);
  }

  function tryOpen(): void {
    if (!running) return;
    let late = false;
    const opening = link.open();
    const limited = withTimeout(clock, opening, openTimeoutMs + 500, () => {
      late = true;
      return new Refusal("link-timeout", { address: link.name, limitMs: openTimeoutMs });
    });
    limited.then(
      () => {
        if (!running) void link.close();
        else book.tell(true, null);
      },
      (error: unknown) => {
        // An open that succeeds after its time limit is closed again; the next attempt starts clean.
        if (late) opening.then(() => link.close()).catch(() => {});
        retryLater(error instanceof Refusal ? error : linkLost(link.name, String(error)));
      },
    );
  }

  function lose(reason: Refusal): void {
    if (clock.monoMs() - book.state.sinceMonoMs >= limits.steadyMs) attempt = 0;
    retryLater(reason);
  }

  link.onDown(lose);

  return {
    name: link.name,
    get state() {
      return book.state;
    },
    start() {
      if (running) return;
      running = true;
      attempt = 0;
      tryOpen();
    },
    async stop() {
      running = false;
      cancelRetry();
      await link.close();
      book.tell(false, null);
    },
    write: (bytes) => link.write(bytes),
    reset(detail) {
      if (!running || !book.state.up) return;
      link.close().catch(() => {});
      lose(linkLost(link.name, detail));
    },
    onBytes: (listener) => link.onBytes(listener),
    onState: book.onState,
  };
}
