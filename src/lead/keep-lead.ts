/** Keeps the lead in the motion process: renews it, gives it up when the gateway falls silent, and says how sure it is. */
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
  /** The standing at this moment. Ask before every act, whatever was reported earlier. */
  standing(): LeadStanding;
  /**
   * Proof before a motion begins: resolves true when a renewal sent after this call was answered (with a folder's lock: at once),
   * false as soon as the lead is not held. The caller limits the wait.
   */
  proven(): true | Promise<boolean>;
  onStanding(listener: (standing: LeadStanding) => void): void;
  /** A message came from the gateway, so it is alive. */
  gatewaySpoke(): void;
  /** While something moves, a silent gateway does not lose the lead. */
  motionMoves(isMoving: boolean): void;
  /** Areas with a reset due. Each renewal stores them for the next leader, because a held gateway tells nobody. */
  areStopped(areaKeys: readonly string[]): void;
  /** The far side closed one of our lines: a broker does so when another uses the name, a serial server with the older line. */
  lineTaken(name: string): void;
  /** Releases the lead for a standby; nothing may move any more. */
  close(): Promise<void>;
}

export interface KeepLeadDeps {
  /** `monoMs` must go on while the machine sleeps, as the lease does. */
  clock: Pick<Clock, "monoMs" | "after">;
  /** `stopped`: areas that need a reset, stored for the next leader. */
  renew(stopped?: readonly string[]): Promise<"renewed" | "lost">;
  /** If the lead is still ours, stores these areas as stopped before it becomes free. */
  release(stopped: readonly string[]): Promise<void>;
  /** After giving the lead up: whether the row still names this grant; else it is lost. `stopped`: areas stopped meanwhile. */
  check(stopped: readonly string[]): Promise<"ours" | "lost">;
  /** A renewal or release was not answered in time: the next one uses another connection. */
  giveUp(): void;
  onFailure(error: unknown): void;
}

/** A renewal unanswered by then is given up. It may still have taken effect in the row, but it does not count here. */
export const renewalMsMax = 1_500;
/** Pause after a renewal that failed at once. */
const againMs = 250;
const lookEveryMs = 100;
/** If motion itself was this late, it has yet to read what the gateway sent meanwhile. */
const lateMs = 1_000;

/** A restarting broker or server closes a line once; a new leader closes it each time we reconnect. */
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
  /** The renewal under way that was not given up. */
  let out: { sentAtMs: number } | null = null;
  /** This request only asks who leads; it renews nothing. */
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
    // Taken before sending: the row's time begins after this moment.
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

  /** Renews at once for a caller that waits for proof. */
  function hurry(): void {
    if (proof.isAwaited() && !out && !isReleasing && !isClosed) renew();
  }

  /** The lead counts as given up before anybody is told. */
  function release(): void {
    const wasHeld = standingAt(known, clock.monoMs()) === "held";
    known = givenUp(known, clock.monoMs());
    tell();
    // Without an answer of the database the lease runs out by itself.
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
   * After giving up for a silent gateway, the lines stay open for STOP while nobody else leads. They are closed once another
   * leads or nobody says who does. A renewal would take the lead back, so this only asks.
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

  /** After a lead ran out, lines stay open for STOP; one that is taken away repeatedly belongs to the next leader. */
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
      // Sent before the lead was given up, so its answer proves nothing; an unanswered check ends the grant.
      if (isChecking && known.givenUpAtMs !== null) known = releaseUnanswered(known);
    }
    const isSilent = nowMs - spokeAtMs >= silentGatewayMs;
    // Not while a renewal is under way, as it may still be answered.
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
