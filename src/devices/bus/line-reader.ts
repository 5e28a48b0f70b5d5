/** Turns bytes of a line into frames. A half frame followed by silence is given up; the timer costs nothing while bytes flow. */
import type { Parsed, StreamParser } from "../../../firmware-protocols/framing/stream-parser.ts";
import type { Clock } from "../../clock/clock.ts";

export interface LineReaderOptions<Frame> {
  parser: StreamParser<Frame>;
  clock: Clock;
  silenceMs: number;
  onFrame(frame: Frame, atMs: number): void;
  onNoise(bytes: Uint8Array): void;
}

export interface LineReader {
  receive(bytes: Uint8Array): void;
  /** Drops a half frame now: bytes that came before a request are not its answer. */
  discardPending(): void;
  /** When the last byte came, monotonic; −∞ before the first. */
  readonly lastByteAtMs: number;
}

export function createLineReader<Frame>(options: LineReaderOptions<Frame>): LineReader {
  const { parser, clock, silenceMs } = options;
  let lastByteAtMs = Number.NEGATIVE_INFINITY;
  let watching = false;

  function takeIn(pieces: Parsed<Frame>[]): void {
    for (const piece of pieces) {
      if (piece.kind === "frame") options.onFrame(piece.frame, lastByteAtMs);
      else options.onNoise(piece.bytes);
    }
  }

  function watchSilence(afterMs: number): void {
    if (watching) return;
    watching = true;
    clock.after(Math.ceil(afterMs), () => {
      watching = false;
      if (parser.pendingBytes === 0) return;
      const leftMs = lastByteAtMs + silenceMs - clock.monoMs();
      if (leftMs > 0) watchSilence(leftMs);
      else takeIn(parser.flush());
    });
  }

  return {
    receive(bytes) {
      lastByteAtMs = clock.monoMs();
      takeIn(parser.push(bytes, lastByteAtMs));
      if (parser.pendingBytes > 0) watchSilence(silenceMs);
    },
    discardPending() {
      if (parser.pendingBytes > 0) takeIn(parser.flush());
    },
    get lastByteAtMs() {
      return lastByteAtMs;
    },
  };
}
