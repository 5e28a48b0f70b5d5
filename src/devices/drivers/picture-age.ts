/**
 * How old what a controller pushes may be. A message that was long on its way looks like one with a wrong clock, so the moment in
 * it proves nothing; a question of ours that it carries back does: the picture was made after that question went out.
 */
import type { Clock } from "../../clock/clock.ts";

export interface PushedPicture {
  bootId: number;
  seq: number;
  sentAt: string;
  /** The newest question that the controller has heard; null: none yet; missing: its firmware cannot echo. */
  heardAsk?: { bootId: number; seq: number } | null | undefined;
}

export interface PictureAge {
  /** A question with this number goes out now. */
  asked(seq: number): void;
  /** Monotonic moment after which it was surely made; null: nothing says so. */
  madeAfterMs(picture: PushedPicture, heardAtMs: number): number | null;
  /** Whether the boot that spoke last can echo. */
  canEcho(): boolean;
  /** Echoes that proved nothing, since the start: numbers never given or forgotten, and such that went back. */
  readonly wrongEchoes: number;
}

/** Of a question this old an echo proves nothing that anybody would take. */
export const askKeptMsMax = 30_000;
/** At four a second: more than the time above, so that it ends a question's life, and not the count. */
export const asksKeptMax = 256;
/** Two clocks drift apart by so much without anybody being late: a millisecond in ten seconds. */
export const driftPpmMax = 100;

/** `bootId`: ours, as our questions carry it. */
export function pictureAge(clock: Clock, bootId: number): PictureAge {
  /** By number, the oldest first. */
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

  /** Another's question, as of the motion process before this one, is no proof and nobody's fault. */
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
 * Without an echo: as old as it came later than the quickest one of its boot. A delay that was there from the first message on is
 * not seen; PROTOCOL.md says so, and the device's health.
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
      // A later message of an earlier moment: its clock was set back, which no delay can do.
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
