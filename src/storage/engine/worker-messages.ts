import type { MessagePort } from "node:worker_threads";

/** Passed to the worker at its start. */
export interface WorkerStart {
  /** Folder of the cluster itself (PG_VERSION, base, pg_wal …). */
  folder: string;
  /** Numbers that the worker counts up: see `counter`. */
  counters: SharedArrayBuffer;
  /** File URL of a module with `observe(files, counters)`; tests only. */
  observerUrl?: string;
  /** A temporary copy: nothing of it needs to reach the disk. */
  isThrowaway?: boolean;
}

/** Indexes in `counters`. */
export const counter = { fsyncs: 0, checkpoints: 1, observed: 2 } as const;
export const counterCount = 3;

/** `copy`: copy the cluster's files into this folder, between two statements. */
export type ToWorker = { kind: "link"; port: MessagePort } | { kind: "close" } | { kind: "copy"; folder: string };

export type FromWorker =
  | { kind: "ready" }
  | { kind: "closed" }
  | { kind: "failed"; message: string }
  | { kind: "copied"; folder: string; error: { message: string; code: string } | null };
