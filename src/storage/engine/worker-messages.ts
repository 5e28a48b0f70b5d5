import type { MessagePort } from "node:worker_threads";

/** Handed to the worker at its start. */
export interface WorkerStart {
  /** Folder of the cluster itself (PG_VERSION, base, pg_wal …). */
  folder: string;
  /** Numbers the worker counts up: see `counter`. */
  counters: SharedArrayBuffer;
  /** File URL of a module with `observe(files, counters)`; tests only. */
  observerUrl?: string;
}

/** Places in `counters`. */
export const counter = { fsyncs: 0, checkpoints: 1, observed: 2 } as const;
export const counterCount = 3;

export type ToWorker = { kind: "link"; port: MessagePort } | { kind: "close" };

export type FromWorker = { kind: "ready" } | { kind: "closed" } | { kind: "failed"; message: string };
