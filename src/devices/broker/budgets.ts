/** How much one client may say: in messages and in bytes, so that neither many small ones nor few large ones are a way around. */

export interface Budget {
  messagesPerS: number;
  bytesPerS: number;
  /** What may come at once after a silence, in seconds' worth. */
  burstS: number;
}

export interface ClientBudgets {
  /** Tag reads: what is over is dropped. */
  reads: Budget;
  /** Alarms: the gateway itself keeps a budget by device and rank for them, in which a fire stands before any number of notices. */
  alarms: Budget;
  /** All else (states, events): to drop a controller's state would be to lie about it, so what is over ends the connection. */
  others: Budget;
  /** A client that sends this many times the budget of its reads is no reader any more: its connection ends. */
  hostileTimes: number;
}

/** An RFID reader reports some 1 100 tags a second at most; a controller its state 20 times a second while it moves. */
export const budgetDefaults: ClientBudgets = {
  reads: { messagesPerS: 2_000, bytesPerS: 2 * 1024 * 1024, burstS: 2 },
  others: { messagesPerS: 200, bytesPerS: 256 * 1024, burstS: 10 },
  alarms: { messagesPerS: 2_000, bytesPerS: 1024 * 1024, burstS: 10 },
  hostileTimes: 5,
};

/** Topic and payload; what is longer is no STOP that our own processes say. */
const stopBytesMax = 1024;

/** One of our own processes speaks to every device of the gateway. */
const ownTimes = 50;

export type Verdict = "take" | "drop" | "end";
/** stop: of the gateway, to a controller. */
export type Spoken = "reads" | "alarm" | "stop" | "other";

export interface ClientBudget {
  judge(what: Spoken, bytes: number, nowMs: number): Verdict;
}

export function clientBudget({ reads, others, alarms, hostileTimes }: ClientBudgets, isOwn = false): ClientBudget {
  const soft = bucket(times(reads, isOwn ? ownTimes : 1));
  const hard = bucket(times(reads, hostileTimes * (isOwn ? ownTimes : 1)));
  const other = bucket(times(others, isOwn ? ownTimes : 1));
  const alarm = bucket(times(alarms, isOwn ? ownTimes : 1));
  return {
    judge(what, bytes, nowMs) {
      // However many there are, whoever pressed them: without its connection the room would have no STOP at all.
      if (what === "stop" && isOwn && bytes <= stopBytesMax) return "take";
      if (what !== "reads") return (what === "alarm" ? alarm : other)(bytes, nowMs) ? "take" : "end";
      if (!hard(bytes, nowMs)) return "end";
      return soft(bytes, nowMs) ? "take" : "drop";
    },
  };
}

function times({ messagesPerS, bytesPerS, burstS }: Budget, factor: number): Budget {
  return { messagesPerS: messagesPerS * factor, bytesPerS: bytesPerS * factor, burstS };
}

/** Two token buckets that are only drawn from together. */
function bucket({ messagesPerS, bytesPerS, burstS }: Budget): (bytes: number, nowMs: number) => boolean {
  let messages = messagesPerS * burstS;
  let room = bytesPerS * burstS;
  let atMs: number | null = null;
  return (bytes, nowMs) => {
    const passedS = atMs === null ? 0 : Math.max(0, nowMs - atMs) / 1000;
    atMs = nowMs;
    messages = Math.min(messagesPerS * burstS, messages + passedS * messagesPerS);
    room = Math.min(bytesPerS * burstS, room + passedS * bytesPerS);
    if (messages < 1 || room < bytes) return false;
    messages--;
    room -= bytes;
    return true;
  };
}
