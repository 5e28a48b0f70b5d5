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

/** Calls `onLine` with each line's value; false when what came is none, and the line is to be closed. */
export function lineReader(onLine: (value: unknown) => void): (bytes: Buffer) => boolean {
  let rest = "";
  return (bytes) => {
    const lines = (rest + bytes.toString("utf8")).split("\n");
    rest = lines.pop() ?? "";
    try {
      for (const line of lines) onLine(JSON.parse(line));
    } catch {
      return false;
    }
    return rest.length <= lineBytesMax;
  };
}
