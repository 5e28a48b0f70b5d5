/** One piece of a byte stream: a frame whose check agreed, or bytes that belong to no frame. */
export type Parsed<Frame> =
  | { readonly kind: "frame"; readonly frame: Frame; readonly bytes: Uint8Array }
  | { readonly kind: "noise"; readonly bytes: Uint8Array };

/**
 * Cuts a byte stream into frames. Every byte is accounted for: frame, noise or pending.
 * `bytes` in the result are views onto what was pushed: a caller must not reuse a pushed chunk.
 */
export interface StreamParser<Frame> {
  /** `atMs` is when the chunk arrived; a half frame older than `silenceMs` is given up first. Never throws. */
  push(bytes: Uint8Array, atMs: number): Parsed<Frame>[];
  /** The line is silent: a pending half frame will not be completed. Leaves nothing pending. */
  flush(): Parsed<Frame>[];
  readonly pendingBytes: number;
}

/**
 * Silence on a serial line or serial server after which a half frame is given up, because frame heads also occur inside frames.
 */
export const silenceMs = 100;

/** Result of `measure` when the bytes so far may begin a frame but do not yet decide it. */
export const undecided = 0;
/** Result of `measure` when no frame begins at `at`. */
export const notAFrame = -1;

export interface FrameRules<Frame> {
  /** The most bytes the parser ever holds back: the longest frame. */
  readonly pendingBytesMax: number;
  readonly silenceMs: number;
  /**
   * The length of the frame that begins at `at`, `undecided` or `notAFrame`. Sees bytes before `end` only.
   * The check (sum, CRC) is verified here. After `silent` no more bytes will come to decide by.
   */
  measure(buffer: Uint8Array, at: number, end: number, silent: boolean): number;
  read(bytes: Uint8Array): Frame;
  /** Like `read`, but without making the view first, for a stream that must be fast. Used instead of `read` if present. */
  readAt?(buffer: Uint8Array, from: number, to: number): Frame;
}

/** Makes its view only on demand, because a view costs as much as decoding a tag. */
class FramePiece<Frame> {
  readonly kind = "frame";
  readonly frame: Frame;
  private readonly buffer: Uint8Array;
  private readonly from: number;
  private readonly to: number;

  constructor(frame: Frame, buffer: Uint8Array, from: number, to: number) {
    this.frame = frame;
    this.buffer = buffer;
    this.from = from;
    this.to = to;
  }

  get bytes(): Uint8Array {
    return this.buffer.subarray(this.from, this.to);
  }
}

const nothing: Uint8Array = new Uint8Array(0);

/** The parser for any protocol framed by length and check: on a bad frame it advances one byte and rescans. */
export function createStreamParser<Frame>(rules: FrameRules<Frame>): StreamParser<Frame> {
  let pending = nothing;
  let pendingAtMs = 0;

  function cut(buffer: Uint8Array, silent: boolean): Parsed<Frame>[] {
    const parsed: Parsed<Frame>[] = [];
    const end = buffer.length;
    let at = 0;
    let noiseFrom = 0;
    while (at < end) {
      const length = rules.measure(buffer, at, end, silent);
      if (length === undecided && !silent && end - at <= rules.pendingBytesMax) break;
      if (length > 0) {
        if (noiseFrom < at) parsed.push({ kind: "noise", bytes: buffer.subarray(noiseFrom, at) });
        const to = at + length;
        const frame = rules.readAt?.(buffer, at, to) ?? rules.read(buffer.subarray(at, to));
        parsed.push(new FramePiece(frame, buffer, at, to));
        at = to;
        noiseFrom = to;
      } else {
        at += 1;
      }
    }
    if (noiseFrom < at) parsed.push({ kind: "noise", bytes: buffer.subarray(noiseFrom, at) });
    // A copy: a view would keep the whole chunk alive.
    pending = at < end ? buffer.slice(at) : nothing;
    return parsed;
  }

  function flush(): Parsed<Frame>[] {
    return pending.length === 0 ? [] : cut(pending, true);
  }

  return {
    push(bytes, atMs) {
      if (bytes.length === 0) return [];
      const stale = pending.length > 0 && atMs - pendingAtMs >= rules.silenceMs ? flush() : [];
      pendingAtMs = atMs;
      const parsed = cut(pending.length === 0 ? bytes : join(pending, bytes), false);
      return stale.length === 0 ? parsed : stale.concat(parsed);
    },
    flush,
    get pendingBytes() {
      return pending.length;
    },
  };
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
