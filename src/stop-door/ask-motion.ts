/** The door's connection to motion. A STOP that one motion did not answer goes to the next, as long as a caller waits for it. */
import { connect, type Socket } from "node:net";
import type { Clock } from "../clock/clock.ts";
import { type FedLine, lineReader, type StopLine } from "../motion/stop-lines.ts";

export interface AskMotion {
  /** Resolves with the number of areas; "unknown": no such area; "away": motion did not answer within `answerMsMax`. */
  stop(wish: Omit<StopLine, "id">): Promise<number | "unknown" | "away">;
  isThere(): boolean;
  close(): void;
}

export const answerMsMax = 2_500;
const connectMsMin = 25;
const connectMsMax = 500;
/** Requests in flight; others wait here, so that a held motion does not face a heap of them. */
const outMax = 64;

type Answer = number | "unknown" | "away";
interface Asked {
  line: StopLine;
  /** Callers who sent the same press meanwhile share the first one's answer. */
  waiters: Set<(answer: Answer) => void>;
}

export function askMotion(path: string, clock: Clock, open: (path: string) => Socket = connect): AskMotion {
  const waiting = new Map<string, Asked>();
  const out = new Map<number, Asked>();
  let socket: Socket | null = null;
  let isThere = false;
  let isClosed = false;
  let pauseMs = connectMsMin;
  let nextId = 1;
  let cancelConnect = () => {};

  function connectNow(): void {
    const opened = open(path);
    socket = opened;
    const read = lineReader((value) => answered(value as FedLine));
    opened.on("connect", () => {
      isThere = true;
      pauseMs = connectMsMin;
      flush();
    });
    opened.on("data", (bytes) => {
      if (!read(bytes)) opened.destroy();
    });
    opened.on("error", () => {});
    opened.on("close", lost);
  }

  function lost(): void {
    isThere = false;
    socket = null;
    // It is unknown whether it was fed; sending it again does no harm.
    const again = [...out.values(), ...waiting.values()];
    out.clear();
    waiting.clear();
    for (const asked of again) {
      if (asked.waiters.size === 0) continue;
      const same = waiting.get(keyOf(asked.line));
      if (!same) waiting.set(keyOf(asked.line), asked);
      else for (const tell of asked.waiters) same.waiters.add(tell);
    }
    if (isClosed) return;
    cancelConnect = clock.after(pauseMs, connectNow);
    pauseMs = Math.min(connectMsMax, pauseMs * 2);
  }

  function flush(): void {
    for (const [key, asked] of waiting) {
      if (!isThere || out.size >= outMax) return;
      waiting.delete(key);
      out.set(asked.line.id, asked);
      socket?.write(`${JSON.stringify(asked.line)}\n`);
    }
  }

  function answered({ id, areas }: FedLine): void {
    const asked = out.get(id);
    out.delete(id);
    for (const tell of asked?.waiters ?? []) tell(areas ?? "unknown");
    flush();
  }

  connectNow();
  return {
    isThere: () => isThere,
    stop(wish) {
      const line = { ...wish, id: nextId++ };
      const key = keyOf(line);
      const asked = waiting.get(key) ?? { line, waiters: new Set() };
      waiting.set(key, asked);
      return new Promise((resolve) => {
        const tell = (answer: Answer) => {
          cancel();
          resolve(answer);
        };
        const cancel = clock.after(answerMsMax, () => {
          // Not sent once nobody waits any more: those callers were told that it was not done.
          for (const one of [asked, ...waiting.values()])
            if (one.waiters.delete(tell) && one.waiters.size === 0 && waiting.get(key) === one) waiting.delete(key);
          tell("away");
        });
        asked.waiters.add(tell);
        flush();
      });
    },
    close() {
      isClosed = true;
      cancelConnect();
      socket?.destroy();
    },
  };
}

/** The same press, or presses without an id by the same person. */
function keyOf({ areaKey, actor, press }: StopLine): string {
  return JSON.stringify([areaKey, actor, press]);
}
