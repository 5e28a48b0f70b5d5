/** The format between STOP's door and motion: one line of JSON a message, over a socket of this machine. */

/** A request of the door. */
export interface StopLine {
  id: number;
  areaKey: string | null;
  actor: string;
  press: string | null;
  /** Monotonic. */
  askedAtMs: number;
}

/** Motion's answer: the number of areas to which STOP was fed; null: no such area. */
export interface FedLine {
  id: number;
  areas: number | null;
}

const lineBytesMax = 4_096;

/** Calls `onLine` with each line's value; passes on its errors. False: invalid input, so the caller closes the connection. */
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

/** Motion has stopped what moves and feeds no more inputs: the door must ask the next motion. */
export class MotionEnds extends Error {
  constructor() {
    super("motion ends");
  }
}
