/** One question on a bus and what counts as its answer. */

export type Priority = "stop" | "motion" | "status" | "inventory";

/** `more`: belongs to the answer, which goes on. `no`: somebody else's, or late. */
export type FrameMatch = "done" | "more" | "no";

export interface Transaction<Frame> {
  /** Bus address; failures are counted per slave. */
  slave: number;
  priority: Priority;
  bytes: Uint8Array;
  matches(frame: Frame): FrameMatch;
  /** Silence after the request, or between two frames of the answer, that ends the wait. */
  timeoutMs: number;
  /** The whole answer; default 4 × timeoutMs. */
  answerMsMax?: number;
  /** Further attempts after a timeout. */
  retries: number;
  /** It goes out now: what waited in the queue was not asked before. Again at a retry. */
  onSent?(atMs: number): void;
  /** Longest wait in the queue; default of the priority. */
  queuedMsMax?: number;
  /**
   * Of a question about now: an answer that is read so much after its deadline lay there while this process was held, and is none.
   * Left out: an act that was acknowledged is acknowledged, whenever that is read.
   */
  lateMsMax?: number;
}

/** How long each priority may be passed over by higher ones; the earliest deadline goes first, so nothing starves. */
export const patienceMs: Record<Exclude<Priority, "stop">, number> = { motion: 0, status: 300, inventory: 3000 };

export const queuedMsMax: Record<Priority, number> = { stop: 5000, motion: 500, status: 3000, inventory: 60_000 };

export const queuedCountMax: Record<Priority, number> = { stop: 32, motion: 64, status: 256, inventory: 256 };

/** Frames of one answer: a 16-bit buffer count is the protocol's own limit, this is ours. */
export const framesPerAnswerMax = 8192;

/**
 * STOP waits this long for the answer in flight, which on a half-duplex line would collide with it; if bytes of the answer are
 * just arriving, until they end, at most `stopPatienceMsMax`. With the write and the frame gap it is on the wire within 100 ms.
 */
export const stopPatienceMs = 60;
export const stopPatienceMsMax = 85;
export const stopQuietMs = 5;
