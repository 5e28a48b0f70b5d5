/** What STOP's door and motion say to each other: a line of JSON each, over a socket of this machine. */

/** The door asks. */
export interface StopLine {
  id: number;
  areaKey: string | null;
  actor: string;
  press: string | null;
  /** Monotonic. */
  askedAtMs: number;
}

/** Motion has fed it: to so many areas; null: there is no such area. */
export interface FedLine {
  id: number;
  areas: number | null;
}

const lineBytesMax = 4_096;

/** Calls `onLine` with each line's value; false when what came is none, and the line is to be closed. What `onLine` throws is the caller's. */
export function lineReader(onLine: (value: unknown) => void): (bytes: Buffer) => boolean {
  let rest = "";
  return (bytes) => {
    const lines = (rest + bytes.toString("utf8")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch {
        return false;
      }
      if (typeof value !== "object" || value === null) return false;
      onLine(value);
    }
    return rest.length <= lineBytesMax;
  };
}

/** Motion has stopped what moves and feeds nothing any more: the door asks the next one. */
export class MotionEnds extends Error {
  constructor() {
    super("motion ends");
  }
}
