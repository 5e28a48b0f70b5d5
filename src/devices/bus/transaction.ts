/** One request on a bus, and which frames count as its answer. */

export type Priority = "stop" | "motion" | "status" | "inventory";

/** `more`: part of an answer that goes on. `no`: another device's frame, or a late one. */
export type FrameMatch = "done" | "more" | "no";

export interface Transaction<Frame> {
  /** Bus address; failures are counted per slave. */
  slave: number;
  priority: Priority;
  bytes: Uint8Array;
  matches(frame: Frame): FrameMatch;
  /** Silence in ms, after the request or between two frames of the answer, that ends the wait. */
  timeoutMs: number;
  /** Limit for the whole answer; default 4 × timeoutMs. */
  answerMsMax?: number;
  /** Further attempts after a timeout. */
  retries: number;
  /** Called when the request goes out, not when it is queued; again at each retry. */
  onSent?(atMs: number): void;
  /** Longest wait in the queue; by default that of the priority. */
  queuedMsMax?: number;
  /**
   * For requests that read a present state: an answer read this long after its deadline waited while this process was held, and
   * is discarded. Left out for acts: an acknowledgement stays valid whenever it is read.
   */
  lateMsMax?: number;
}

/** How long higher priorities may pass each priority over; the earliest deadline goes first, so no request starves. */
export const patienceMs: Record<Exclude<Priority, "stop">, number> = { motion: 0, status: 300, inventory: 3000 };

export const queuedMsMax: Record<Priority, number> = { stop: 5000, motion: 500, status: 3000, inventory: 60_000 };

export const queuedCountMax: Record<Priority, number> = { stop: 32, motion: 64, status: 256, inventory: 256 };

/** Most frames of one answer. The protocol's own limit is a 16-bit buffer count; this is ours. */
export const framesPerAnswerMax = 8192;

/**
 * How long STOP waits for the answer in flight, which would collide with it on a half-duplex line; while its bytes arrive, until
 * they end, at most `stopPatienceMsMax`. With the write and the frame gap STOP is on the wire within 100 ms.
 */
export const stopPatienceMs = 60;
export const stopPatienceMsMax = 85;
export const stopQuietMs = 5;
