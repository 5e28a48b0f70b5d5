/**
 * The judge in a thread of its own: an area of 5 000 boxes takes most of a second, and a controller whose heartbeat is late by
 * half of one stops its carriages. Started by the first question; one that dies fails what it was asked and is started again.
 */
import { Worker } from "node:worker_threads";
import type { Layout } from "../site/layout.ts";
import type { CountInput, CountJudge, CountPlan } from "./count-judge.ts";
import type { JudgedLine } from "./judge-count.ts";

export interface JudgeQuestion {
  id: number;
  ask: "plan" | "lines";
  input: CountInput;
  roundMs: ReadonlyMap<string, number>;
}

export interface JudgeAnswer {
  id: number;
  result?: CountPlan | { lines: JudgedLine[]; profiles: Record<string, number> };
  failure?: string;
}

export function threadJudge(layout: Layout): CountJudge {
  let worker: Worker | null = null;
  let nextId = 1;
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();

  function started(): Worker {
    if (worker) return worker;
    const starting = new Worker(new URL("./judge-worker.mjs", import.meta.url), {
      workerData: layout.site,
      execArgv: [],
    });
    worker = starting;
    starting.unref();
    starting.on("message", ({ id, result, failure }: JudgeAnswer) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (failure === undefined) asked?.resolve(result);
      else asked?.reject(new Error(`the judge failed: ${failure}`));
    });
    const gone = (error: Error) => {
      if (worker === starting) worker = null;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    starting.on("error", gone);
    starting.on("exit", (code) => gone(new Error(`the judge's thread ended with ${code}`)));
    return starting;
  }

  function ask<T>(question: Omit<JudgeQuestion, "id">): Promise<T> {
    const id = nextId++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      started().postMessage({ id, ...question });
    });
  }

  return {
    plan: (input, roundMs) => ask({ ask: "plan", input, roundMs }),
    lines: (input) => ask({ ask: "lines", input, roundMs: new Map() }),
    async close() {
      await worker?.terminate();
    },
  };
}
