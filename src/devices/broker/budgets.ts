/**
 * How much one client may send. Both messages and bytes are limited, so that neither many small nor few large ones get around it.
 */

export interface Budget {
  messagesPerS: number;
  bytesPerS: number;
  /** Burst allowed after a silence, as seconds' worth of the rate. */
  burstS: number;
}

export interface ClientBudgets {
  /** Tag reads; those over the budget are dropped. */
  reads: Budget;
  /** Alarms. The gateway also keeps a budget by device and rank for them, in which a fire comes before any number of notices. */
  alarms: Budget;
  /** All else (states, events). Exceeding it ends the connection: dropping a controller's state would leave a wrong picture. */
  others: Budget;
  /** A client that sends this many times its budget of reads is treated as hostile: its connection ends. */
  hostileTimes: number;
}

/** An RFID reader reports at most some 1 100 tags a second; a moving controller reports its state 20 times a second. */
export const budgetDefaults: ClientBudgets = {
  reads: { messagesPerS: 2_000, bytesPerS: 2 * 1024 * 1024, burstS: 2 },
  others: { messagesPerS: 200, bytesPerS: 256 * 1024, burstS: 10 },
  alarms: { messagesPerS: 2_000, bytesPerS: 1024 * 1024, burstS: 10 },
  hostileTimes: 5,
};

/** Topic and payload in bytes; a longer message is no STOP that our own processes send. */
const stopBytesMax = 1024;

/** Budget factor for our own processes, each of which speaks to every device of the gateway. */
const ownTimes = 50;

export type Verdict = "take" | "drop" | "end";
/** stop: from the gateway to a controller. */
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
      // STOPs are never limited, whoever pressed them: if this connection ended, the room would have no STOP at all.
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

/** Two token buckets, messages and bytes; a message takes from both or from neither. */
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
