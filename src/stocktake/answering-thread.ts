/**
 * A thread that answers questions one after the other: seconds of computation must not delay a heartbeat, or carriages stop. The
 * first question starts it. If it dies or takes too long, its open questions fail, and the next question starts another thread.
 */
import { parentPort, Worker } from "node:worker_threads";
import { systemClock } from "../clock/clock.ts";
import { stackOf } from "../contract/told-error.ts";

interface Asked {
  id: number;
  question: unknown;
}

interface Answered {
  id: number;
  result?: unknown;
  failure?: string;
}

export interface AnsweringThread<Question> {
  /** Plain values both ways. Rejects when the answer is an error, the thread ends, or `answerMsMax` pass without any answer. */
  ask<T>(question: Question): Promise<T>;
  /** Ends the thread; its open questions fail. */
  close(): Promise<void>;
}

const youngMbMax = 24;

export interface ThreadSettings {
  /** Name in error messages: "the judge". */
  name: string;
  /** A file of plain JavaScript that calls `answerQuestions`. */
  entry: URL;
  workerData: unknown;
  /** A question that takes longer ends the thread: nothing else can stop a computation. */
  answerMsMax: number;
  /** The thread ends, and frees its memory, after this long without a question; 0: at once, for rare questions. */
  idleMsMax: number;
  /** Limit of V8's heap in that thread; without it a thread takes gigabytes before it collects garbage. */
  heapMbMax?: number;
}

export function answeringThread<Question>(settings: ThreadSettings): AnsweringThread<Question> {
  const { name, entry, workerData, answerMsMax, idleMsMax, heapMbMax } = settings;
  // A thread runs in real time, whatever clock the room uses.
  const clock = systemClock();
  let worker: Worker | null = null;
  let nextId = 1;
  let cancelLimit = () => {};
  let cancelIdle = () => {};
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();

  function fail(error: Error): void {
    cancelLimit();
    cancelIdle();
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

  /** Restarted at each answer, because queued questions wait for those before them. */
  function limit(): void {
    cancelLimit();
    if (waiting.size > 0) cancelLimit = clock.after(answerMsMax, () => void end(`took longer than ${answerMsMax} ms`));
  }

  function endLater(): void {
    cancelIdle();
    if (idleMsMax === 0) void end("ended");
    else cancelIdle = clock.after(idleMsMax, () => void end("ended"));
  }

  function started(): Worker {
    if (worker) return worker;
    const resourceLimits =
      heapMbMax === undefined ? {} : { maxOldGenerationSizeMb: heapMbMax, maxYoungGenerationSizeMb: youngMbMax };
    const starting = new Worker(entry, { workerData, execArgv: [], resourceLimits });
    worker = starting;
    starting.unref();
    starting.on("message", ({ id, result, failure }: Answered) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (worker === starting) limit();
      if (failure === undefined) asked?.resolve(result);
      else asked?.reject(new Error(`${name} failed: ${failure}`));
      if (worker === starting && waiting.size === 0) endLater();
    });
    const gone = (error: Error) => {
      if (worker === starting) fail(error);
    };
    starting.on("error", gone);
    starting.on("exit", (code) => gone(new Error(`${name}'s thread ended with ${code}`)));
    return starting;
  }

  return {
    ask: <T>(question: Question) =>
      new Promise<T>((resolve, reject) => {
        const id = nextId++;
        cancelIdle();
        waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
        if (waiting.size === 1) limit();
        const asked: Asked = { id, question };
        started().postMessage(asked);
      }),
    close: () => end("was closed"),
  };
}

/** The thread's side, called once in the thread. */
export function answerQuestions<Question>(answer: (question: Question) => unknown): void {
  parentPort?.on("message", async ({ id, question }: Asked) => {
    const say = (answered: Answered) => parentPort?.postMessage(answered);
    try {
      say({ id, result: await answer(question as Question) });
    } catch (error) {
      say({ id, failure: stackOf(error) });
    }
  });
}
