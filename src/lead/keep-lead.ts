/** Motion's own keeping of the lead: renews it, gives it up for a silent gateway, and says how sure it may be of it. */
import type { Clock } from "../clock/clock.ts";
import { type LeadStanding, renewEveryMs, silentGatewayMs } from "./lead-grant.ts";
import {
  givenUp,
  type KnownLead,
  nothingKnown,
  releaseUnanswered,
  renewalAnswered,
  standingAt,
} from "./lead-standing.ts";

export interface LeadKeeper {
  /** As it is in this very moment: ask before every act, whatever was told before. */
  standing(): LeadStanding;
  onStanding(listener: (standing: LeadStanding) => void): void;
  /** Something came from the gateway: it lives. */
  gatewaySpoke(): void;
  /** While something moves, a silent gateway loses nothing. */
  motionMoves(isMoving: boolean): void;
  /** Areas that want a reset: while the gateway is silent nobody else tells the database, and the next leader must know. */
  motionStopped(areaKeys: readonly string[]): void;
  /** Releases it, for whoever waits; nothing may move any more. */
  close(): Promise<void>;
}

export interface KeepLeadDeps {
  /** `monoMs` has to go on while the machine sleeps: a lease does. */
  clock: Pick<Clock, "monoMs" | "after">;
  renew(stopped?: readonly string[]): Promise<"renewed" | "lost">;
  /** Not before that is known, too. */
  release(stopped?: readonly string[]): Promise<void>;
  /** A renewal or release was not answered in time: the next one goes over another connection. */
  giveUp(): void;
  onFailure(error: unknown): void;
}

/** A renewal that is not answered by then is given up; what it may have done counts in nobody's favour but the row's. */
export const renewalMsMax = 1_500;
/** After one that failed at once. */
const againMs = 250;
const lookEveryMs = 100;
/** Late itself by so much, motion has yet to read what the gateway said meanwhile. */
const lateMs = 1_000;
/** A gateway answers once a second; silent for so long, it may have stored nothing of what was stopped since. */
const quietMs = 1_500;

/** On the embedded engine the folder's lock is the lead. */
export const leadOfFolder: LeadKeeper = {
  standing: () => "held",
  onStanding() {},
  gatewaySpoke() {},
  motionMoves() {},
  motionStopped() {},
  async close() {},
};

export function keepLead(deps: KeepLeadDeps): LeadKeeper {
  const { clock } = deps;
  const listeners: ((standing: LeadStanding) => void)[] = [];
  let known: KnownLead = nothingKnown;
  let told: LeadStanding = "ending";
  let isMoving = false;
  let stopped: readonly string[] = [];
  let isClosed = false;
  let spokeAtMs = clock.monoMs();
  let lookedAtMs = spokeAtMs;
  let sendAtMs = spokeAtMs;
  /** The renewal that is out and not given up. */
  let out: { sentAtMs: number } | null = null;
  let isReleasing = false;
  let isFailing = false;

  function tell(): void {
    const standing = standingAt(known, clock.monoMs());
    if (standing === told || isClosed) return;
    told = standing;
    for (const listener of listeners) listener(standing);
  }

  function failed(error: unknown): void {
    if (!isFailing && !isClosed) deps.onFailure(error);
    isFailing = true;
  }

  function renew(): void {
    // Before it is sent: the row runs from some moment after this one.
    const mine = { sentAtMs: clock.monoMs() };
    out = mine;
    sendAtMs = mine.sentAtMs + renewEveryMs;
    const ended = () => {
      const wasOut = out === mine;
      if (wasOut) out = null;
      return wasOut;
    };
    deps.renew(mine.sentAtMs - spokeAtMs >= quietMs ? stopped : []).then(
      (answer) => {
        ended();
        isFailing = false;
        known = renewalAnswered(known, mine.sentAtMs, answer);
        tell();
      },
      (error: unknown) => {
        if (!ended()) return;
        failed(error);
        sendAtMs = clock.monoMs() + againMs;
      },
    );
  }

  /** What is given up is no longer ours before anybody is told so. */
  function release(): void {
    const wasHeld = standingAt(known, clock.monoMs()) === "held";
    known = givenUp(known, clock.monoMs());
    tell();
    // A database that does not answer lets the lease run out by itself.
    if (!wasHeld) return;
    isReleasing = true;
    const cancel = clock.after(renewalMsMax, () => unanswered(new Error("the release of the lead was not answered")));
    const unanswered = (error: unknown) => {
      if (!isReleasing) return;
      isReleasing = false;
      cancel();
      failed(error);
      known = releaseUnanswered(known);
      tell();
    };
    deps.release(stopped).then(() => {
      if (isReleasing) cancel();
      isReleasing = false;
    }, unanswered);
  }

  function look(): void {
    const nowMs = clock.monoMs();
    if (nowMs - lookedAtMs > lateMs) spokeAtMs = nowMs;
    lookedAtMs = nowMs;
    if (out && nowMs - out.sentAtMs >= renewalMsMax) {
      out = null;
      sendAtMs = nowMs;
      failed(new Error("a renewal of the lead was not answered"));
      deps.giveUp();
    }
    const isSilent = nowMs - spokeAtMs >= silentGatewayMs;
    // What is out may still be answered: not over it.
    if (isSilent && !isMoving && !out && known.givenUpAtMs === null && !known.isLost) release();
    const isWanted = !known.isLost && !isReleasing && (known.givenUpAtMs === null || !isSilent);
    if (isWanted && !out && nowMs >= sendAtMs) renew();
    tell();
    if (!isClosed) cancelLook = clock.after(lookEveryMs, look);
  }
  let cancelLook = clock.after(0, look);

  return {
    standing: () => standingAt(known, clock.monoMs()),
    onStanding: (listener) => void listeners.push(listener),
    gatewaySpoke() {
      spokeAtMs = clock.monoMs();
    },
    motionMoves(moves) {
      isMoving = moves;
    },
    motionStopped(areaKeys) {
      stopped = areaKeys;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      cancelLook();
      const isOurs = !known.isLost && known.givenUpAtMs === null;
      known = givenUp(known, clock.monoMs());
      if (!isOurs) return;
      await new Promise<void>((resolve) => {
        const cancel = clock.after(renewalMsMax, resolve);
        const done = () => {
          cancel();
          resolve();
        };
        deps.release(stopped).then(done, done);
      });
    },
  };
}
