/** Motion's own keeping of the lead: renews it, gives it up for a silent gateway, and says how sure it may be of it. */
import type { Clock } from "../clock/clock.ts";
import { type LeadStanding, leadMs, renewEveryMs, silentGatewayMs } from "./lead-grant.ts";
import { leadProof } from "./lead-proof.ts";
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
  /**
   * Before steel begins: true when a renewal was answered that was sent after this was asked (of a folder's lock: at once), false
   * as soon as the lead is not held. Whoever asks bounds it.
   */
  proven(): true | Promise<boolean>;
  onStanding(listener: (standing: LeadStanding) => void): void;
  /** Something came from the gateway: it lives. */
  gatewaySpoke(): void;
  /** While something moves, a silent gateway loses nothing. */
  motionMoves(isMoving: boolean): void;
  /** Areas that a reset is due in: each renewal says so to whoever leads next, for a held gateway tells nobody. */
  areStopped(areaKeys: readonly string[]): void;
  /** The far side ended a line of ours: a broker does when another comes by its name, a serial server with the older of two. */
  lineTaken(name: string): void;
  /** Releases it, for whoever waits; nothing may move any more. */
  close(): Promise<void>;
}

export interface KeepLeadDeps {
  /** `monoMs` has to go on while the machine sleeps: a lease does. */
  clock: Pick<Clock, "monoMs" | "after">;
  /** `stopped`: these areas want a reset, for the next leader to know. */
  renew(stopped?: readonly string[]): Promise<"renewed" | "lost">;
  /** As long as it is ours, these areas are noted as stopped before it is free. */
  release(stopped: readonly string[]): Promise<void>;
  /** Whose it is, of who gave it up: another's is lost. These were stopped meanwhile. */
  check(stopped: readonly string[]): Promise<"ours" | "lost">;
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

/** A broker or server that starts anew ends a line once; whoever leads by now does as often as we come back. */
const takenTimes = 2;
const takenWithinMs = 30_000;

/** On the embedded engine the folder's lock is the lead. */
export const leadOfFolder: LeadKeeper = {
  standing: () => "held",
  proven: () => true,
  onStanding() {},
  gatewaySpoke() {},
  motionMoves() {},
  areStopped() {},
  lineTaken() {},
  async close() {},
};

export function keepLead(deps: KeepLeadDeps): LeadKeeper {
  const { clock } = deps;
  const proof = leadProof();
  const listeners: ((standing: LeadStanding) => void)[] = [];
  let known: KnownLead = nothingKnown;
  let told: LeadStanding = "ending";
  let isMoving = false;
  let stopped: readonly string[] = [];
  let isClosed = false;
  let spokeAtMs = clock.monoMs();
  let lookedAtMs = spokeAtMs;
  let sendAtMs = spokeAtMs;
  let checkAtMs = spokeAtMs;
  /** The renewal that is out and not given up. */
  let out: { sentAtMs: number } | null = null;
  /** It asks whose it is, and takes nothing. */
  let isChecking = false;
  let isReleasing = false;
  let isFailing = false;

  function tell(): void {
    const standing = standingAt(known, clock.monoMs());
    if (standing !== "held") proof.none();
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
    const no = proof.sending();
    out = mine;
    isChecking = false;
    sendAtMs = mine.sentAtMs + renewEveryMs;
    const ended = () => {
      const wasOut = out === mine;
      if (wasOut) out = null;
      return wasOut;
    };
    deps.renew(stopped).then(
      (answer) => {
        ended();
        isFailing = false;
        known = renewalAnswered(known, mine.sentAtMs, answer);
        tell();
        proof.answered(no, answer === "renewed");
        hurry();
      },
      (error: unknown) => {
        if (!ended()) return;
        failed(error);
        sendAtMs = clock.monoMs() + againMs;
      },
    );
  }

  /** The next renewal for whoever waits for one. */
  function hurry(): void {
    if (proof.isAwaited() && !out && !isReleasing && !isClosed) renew();
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

  /**
   * Given up for a silent gateway, the lines stay for STOP as long as nobody else leads. Once another does, or nobody says who,
   * they are closed: a renewal would take it back, so it is only asked.
   */
  function check(): void {
    const mine = { sentAtMs: clock.monoMs() };
    out = mine;
    isChecking = true;
    checkAtMs = mine.sentAtMs + renewEveryMs;
    const answered = (isLost: boolean) => {
      if (out !== mine) return;
      out = null;
      if (isLost && known.givenUpAtMs !== null) known = releaseUnanswered(known);
      tell();
    };
    deps.check(stopped).then(
      (whose) => answered(whose === "lost"),
      (error: unknown) => {
        if (out === mine) failed(error);
        answered(true);
      },
    );
  }

  /** Lines are kept over a lead that ran out, for STOP: one that is taken again and again then is the next leader's. */
  const takenAtMs = new Map<string, number[]>();
  function lineTaken(name: string): void {
    const nowMs = clock.monoMs();
    const { renewedAtMs, givenUpAtMs, isLost } = known;
    const hasRunOut = givenUpAtMs !== null || (renewedAtMs !== null && nowMs - renewedAtMs >= leadMs);
    if (isLost || !hasRunOut) return void takenAtMs.delete(name);
    const times = [...(takenAtMs.get(name) ?? []).filter((atMs) => nowMs - atMs < takenWithinMs), nowMs];
    takenAtMs.set(name, times.slice(-takenTimes));
    if (times.length < takenTimes) return;
    failed(new Error(`another gateway took the line ${name} after the lead had run out`));
    known = releaseUnanswered(known);
    tell();
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
      // Sent before it was given up, its answer says nothing; a check that nobody answers ends the grant.
      if (isChecking && known.givenUpAtMs !== null) known = releaseUnanswered(known);
    }
    const isSilent = nowMs - spokeAtMs >= silentGatewayMs;
    // What is out may still be answered: not over it.
    if (isSilent && !isMoving && !out && known.givenUpAtMs === null && !known.isLost) release();
    const mayAsk = !known.isLost && !isReleasing && !out;
    if (known.givenUpAtMs === null || !isSilent) {
      if (mayAsk && nowMs >= sendAtMs) renew();
    } else if (mayAsk && nowMs >= checkAtMs) check();
    tell();
    if (!isClosed) cancelLook = clock.after(lookEveryMs, look);
  }
  let cancelLook = clock.after(0, look);

  return {
    standing: () => standingAt(known, clock.monoMs()),
    proven() {
      if (isClosed || standingAt(known, clock.monoMs()) !== "held") return Promise.resolve(false);
      const asked = proof.ask();
      hurry();
      return asked;
    },
    onStanding: (listener) => void listeners.push(listener),
    gatewaySpoke() {
      spokeAtMs = clock.monoMs();
    },
    motionMoves(moves) {
      isMoving = moves;
    },
    areStopped(areaKeys) {
      stopped = areaKeys;
    },
    lineTaken,
    async close() {
      if (isClosed) return;
      isClosed = true;
      proof.none();
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
