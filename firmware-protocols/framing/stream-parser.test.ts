import { describe, expect, it } from "vitest";
import { createStreamParser, notAFrame, undecided } from "./stream-parser.ts";

/** A toy protocol: `02 length data… 03`, five bytes at most. */
function toy() {
  return createStreamParser<number[]>({
    pendingBytesMax: 5,
    silenceMs: 50,
    measure(buffer, at, end) {
      if (buffer[at] !== 2) return notAFrame;
      if (at + 1 >= end) return undecided;
      const to = at + buffer[at + 1]! + 3;
      if (to > end) return undecided;
      return buffer[to - 1] === 3 ? to - at : notAFrame;
    },
    read: (bytes) => Array.from(bytes.subarray(2, -1)),
  });
}

const plain = (parsed: ReturnType<ReturnType<typeof toy>["push"]>) =>
  parsed.map((piece) => (piece.kind === "frame" ? piece.frame : Array.from(piece.bytes).join(" ")));

describe("a stream parser", () => {
  it("hands out frames and noise in the order of the line", () => {
    const parser = toy();
    expect(plain(parser.push(Uint8Array.of(9, 2, 1, 7, 3, 2, 0, 3, 8), 0))).toEqual(["9", [7], [], "8"]);
  });

  it("holds a half frame until it is whole, and tells how much it holds", () => {
    const parser = toy();
    expect(plain(parser.push(Uint8Array.of(2, 2, 5), 0))).toEqual([]);
    expect(parser.pendingBytes).toBe(3);
    expect(plain(parser.push(Uint8Array.of(6, 3), 49))).toEqual([[5, 6]]);
    expect(parser.pendingBytes).toBe(0);
  });

  it("gives a half frame back as noise after silence, but not the good frame inside it", () => {
    const parser = toy();
    parser.push(Uint8Array.of(2, 9, 2, 0, 3), 0);
    expect(plain(parser.push(Uint8Array.of(2, 0, 3), 50))).toEqual(["2 9", [], []]);
    parser.push(Uint8Array.of(2), 60);
    expect(plain(parser.flush())).toEqual(["2"]);
    expect(plain(parser.flush())).toEqual([]);
  });

  it("never holds more than its limit, whatever a length byte promises", () => {
    const parser = toy();
    expect(plain(parser.push(Uint8Array.of(2, 255, 1, 1, 1, 1, 1), 0))).toEqual(["2 255 1 1 1 1 1"]);
    expect(parser.pendingBytes).toBe(0);
  });

  it("does not change what it holds when the caller changes a chunk afterwards", () => {
    const parser = toy();
    const chunk = Uint8Array.of(2, 1);
    parser.push(chunk, 0);
    chunk.fill(0);
    expect(plain(parser.push(Uint8Array.of(4, 3), 0))).toEqual([[4]]);
  });
});
