/** All events in order, as one running hash: two runs of a seed are equal when their hashes are. */
import { createHash } from "node:crypto";

const lastLinesMax = 400;

export interface Trace {
  note(line: string): void;
  /** Frames are hashed and counted, but seldom worth reading. */
  frame(line: string): void;
  readonly events: number;
  /** The last notes, oldest first. */
  last(): string[];
  hash(): string;
}

export function newTrace(nowMs: () => number, onLine: (line: string) => void = () => {}): Trace {
  const hash = createHash("sha256");
  const last: string[] = [];
  let events = 0;
  const startMs = nowMs();
  function note(line: string): void {
    events++;
    const text = `${((nowMs() - startMs) / 1000).toFixed(3)} ${line}`;
    hash.update(`${text}\n`);
    last.push(text);
    if (last.length > lastLinesMax) last.shift();
    onLine(text);
  }
  return {
    note,
    frame(line) {
      events++;
      hash.update(`${nowMs()} ${line}\n`);
    },
    get events() {
      return events;
    },
    last: () => [...last],
    hash: () => hash.copy().digest("hex"),
  };
}
