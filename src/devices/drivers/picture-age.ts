/**
 * How old a pushed picture may be. A message long on its way looks like one from a wrong clock, so its own time proves nothing. A
 * question of ours whose number it carries back does: the picture was made after that question went out.
 */
import type { Clock } from "../../clock/clock.ts";

export interface PushedPicture {
  bootId: number;
  seq: number;
  sentAt: string;
  /** The newest question that the controller has received; null: none yet; missing: its firmware cannot echo. */
  heardAsk?: { bootId: number; seq: number } | null | undefined;
}

export interface PictureAge {
  /** A question with this number goes out now. */
  asked(seq: number): void;
  /** Monotonic time after which the picture was surely made; null: nothing proves it. */
  madeAfterMs(picture: PushedPicture, heardAtMs: number): number | null;
  /** Whether the controller's current boot can echo. */
  canEcho(): boolean;
  /** Echoes since the start that proved nothing: numbers never sent or already forgotten, and numbers that went backwards. */
  readonly wrongEchoes: number;
}

/** An echo of a question older than this proves too little to be of use. */
export const askKeptMsMax = 30_000;
/** At four a second this exceeds the time above, so that a question expires by age and not by count. */
export const asksKeptMax = 256;
/** Two clocks may drift apart by this much without any delay: a millisecond in ten seconds. */
export const driftPpmMax = 100;

/** `bootId`: ours, as sent in our questions. */
export function pictureAge(clock: Clock, bootId: number): PictureAge {
  /** Send times by number, oldest first. */
  const askedAtMs = new Map<number, number>();
  let speaker: number | null = null;
  let echoes = false;
  let highest = -1;
  let wrongEchoes = 0;
  const quickest = quickestOne();

  function hear(picture: PushedPicture): void {
    if (picture.bootId !== speaker) {
      speaker = picture.bootId;
      echoes = false;
      highest = -1;
      quickest.forget();
    }
    if (picture.heardAsk !== undefined) echoes = true;
  }

  /** An echo of another sender's question, e.g. of the motion process before this one, is no proof and no fault either. */
  function ofEcho({ heardAsk }: PushedPicture): number | null {
    if (!heardAsk || heardAsk.bootId !== bootId) return null;
    const atMs = askedAtMs.get(heardAsk.seq);
    if (atMs === undefined || heardAsk.seq < highest) {
      wrongEchoes++;
      return null;
    }
    highest = heardAsk.seq;
    return atMs;
  }

  return {
    asked(seq) {
      const nowMs = clock.monoMs();
      askedAtMs.set(seq, nowMs);
      for (const [old, atMs] of askedAtMs) {
        if (askedAtMs.size <= asksKeptMax && nowMs - atMs <= askKeptMsMax) break;
        askedAtMs.delete(old);
      }
    },
    madeAfterMs(picture, heardAtMs) {
      hear(picture);
      return echoes ? ofEcho(picture) : quickest.madeAfterMs(picture, heardAtMs);
    },
    canEcho: () => echoes,
    get wrongEchoes() {
      return wrongEchoes;
    },
  };
}

/**
 * Age without an echo: how much later the picture came than the quickest one of the same boot. A delay that exists from the first
 * message on goes unnoticed; PROTOCOL.md and the device's health say so.
 */
function quickestOne() {
  let bestMs = Number.POSITIVE_INFINITY;
  let bestAtMs = 0;
  let last: { seq: number; sentAtMs: number } | null = null;
  const forget = () => {
    bestMs = Number.POSITIVE_INFINITY;
    last = null;
  };
  return {
    forget,
    madeAfterMs({ seq, sentAt }: PushedPicture, heardAtMs: number): number | null {
      const sentAtMs = Date.parse(sentAt);
      if (!Number.isFinite(sentAtMs)) return null;
      // A later message with an earlier time: the controller's clock was set back, which no delay can cause.
      if (last && seq > last.seq && sentAtMs < last.sentAtMs) forget();
      last = { seq, sentAtMs };
      const offMs = heardAtMs - sentAtMs;
      const allowedMs = bestMs + ((heardAtMs - bestAtMs) * driftPpmMax) / 1e6;
      if (!(offMs < allowedMs)) return heardAtMs - (offMs - allowedMs);
      bestMs = offMs;
      bestAtMs = heardAtMs;
      return heardAtMs;
    },
  };
}
