/**
 * A thread that answers questions, one after the other: arithmetic of seconds must not hold up a heartbeat, or carriages stop.
 * Started by the first question; one that dies or takes too long fails what it was asked, and the next question starts another.
 */
import { parentPort, Worker } from "node:worker_threads";
import { systemClock } from "../clock/clock.ts";

interface Asked {
  id: number;
  question: unknown;
}

/** Goes before its question: copying a hundred thousand rows at once would hold whoever asks. */
interface Piece {
  id: number;
  piece: unknown[];
}

interface Answered {
  id: number;
  result?: unknown;
  failure?: string;
}

export interface AnsweringThread<Question> {
  /** Plain values there and back; `pieces` are rows that go one after the other before the question. Rejects when the answer is an error, the thread ends, or `answerMsMax` pass without any answer. */
  ask<T>(question: Question, pieces?: readonly unknown[][]): Promise<T>;
  /** Ends the thread and fails what it was asked. */
  close(): Promise<void>;
}

export interface ThreadSettings {
  /** As errors name it: "the judge". */
  name: string;
  /** A file of plain JavaScript that calls `answerQuestions`. */
  entry: URL;
  workerData: unknown;
  /** A question that takes longer ends the thread: nothing else can stop arithmetic. */
  answerMsMax: number;
  /** Ends when nothing is asked any more: for rare questions. Otherwise it stays, with what it remembers. */
  endsWhenIdle: boolean;
}

export function answeringThread<Question>(settings: ThreadSettings): AnsweringThread<Question> {
  const { name, entry, workerData, answerMsMax, endsWhenIdle } = settings;
  // A thread lives in the machine's time, whatever clock the room runs by.
  const clock = systemClock();
  let worker: Worker | null = null;
  let nextId = 1;
  let cancelLimit = () => {};
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();

  function fail(error: Error): void {
    cancelLimit();
    worker = null;
    const asked = [...waiting.values()];
    waiting.clear();
    for (const { reject } of asked) reject(error);
  }

  async function end(why: string): Promise<void> {
    const ending = worker;
    fail(new Error(`${name} ${why}`));
    await ending?.terminate();
  }

  /** Runs from the last answer on: questions in the queue wait for those before them. */
  function limit(): void {
    cancelLimit();
    if (waiting.size > 0) cancelLimit = clock.after(answerMsMax, () => void end(`took longer than ${answerMsMax} ms`));
  }

  function started(): Worker {
    if (worker) return worker;
    const starting = new Worker(entry, { workerData, execArgv: [] });
    worker = starting;
    starting.unref();
    starting.on("message", ({ id, result, failure }: Answered) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (worker === starting) limit();
      if (failure === undefined) asked?.resolve(result);
      else asked?.reject(new Error(`${name} failed: ${failure}`));
      if (endsWhenIdle && worker === starting && waiting.size === 0) void end("ended");
    });
    const gone = (error: Error) => {
      if (worker === starting) fail(error);
    };
    starting.on("error", gone);
    starting.on("exit", (code) => gone(new Error(`${name}'s thread ended with ${code}`)));
    return starting;
  }

  return {
    ask: <T>(question: Question, pieces: readonly unknown[][] = []) =>
      new Promise<T>((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
        if (waiting.size === 1) limit();
        const asking = started();
        void (async () => {
          for (const piece of pieces) {
            asking.postMessage({ id, piece } satisfies Piece);
            await new Promise((next) => setImmediate(next));
          }
          // It may have died meanwhile, which has failed the question already.
          if (waiting.has(id)) asking.postMessage({ id, question } satisfies Asked);
        })();
      }),
    close: () => end("was closed"),
  };
}

/** The other end, called once in the thread. */
export function answerQuestions<Question>(answer: (question: Question, rows: unknown[]) => unknown): void {
  const rowsOf = new Map<number, unknown[]>();
  parentPort?.on("message", async (message: Asked | Piece) => {
    const { id } = message;
    const rows = rowsOf.get(id) ?? [];
    if ("piece" in message) {
      for (const one of message.piece) rows.push(one);
      return void rowsOf.set(id, rows);
    }
    rowsOf.delete(id);
    const { question } = message;
    const say = (answered: Answered) => parentPort?.postMessage(answered);
    try {
      say({ id, result: await answer(question as Question, rows) });
    } catch (error) {
      say({ id, failure: String((error as Error)?.stack ?? error) });
    }
  });
}
