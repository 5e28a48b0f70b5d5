import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { DatabaseError } from "../database-error.ts";
import type { Engine, WireListener } from "./engine.ts";
import { counter, counterCount, type FromWorker, type ToWorker, type WorkerStart } from "./worker-messages.ts";

export interface FolderEngine extends Engine {
  /** Number of forced writes to the disk since the start. */
  fsyncCount(): number;
  checkpointCount(): number;
  /** Number of changes on the disk that an observer saw (tests). */
  observedCount(): number;
  /** Copies the cluster, as it is between two statements, into `<dataDir>/cluster` of another data folder. */
  copyInto(dataDir: string): Promise<void>;
  /** Ends the worker at once; all open calls fail with `error`. */
  stop(error: Error): void;
}

export interface FolderEngineOptions {
  onStopped?(error: Error): void;
  observerUrl?: string;
  /** The folder is a temporary copy: no fsync. */
  isThrowaway?: boolean;
}

/**
 * PGlite on `<dataDir>/cluster` in a worker thread: on the main thread it would block the event loop for 200 ms at a time.
 * The first start builds the cluster beside that folder and renames it when it is complete and synced.
 */
export async function startFolderEngine(dataDir: string, options: FolderEngineOptions = {}): Promise<FolderEngine> {
  const cluster = join(dataDir, "cluster");
  if (!existsSync(cluster)) {
    const building = join(dataDir, "cluster.building");
    rmSync(building, { recursive: true, force: true });
    mkdirSync(building, { recursive: true, mode: 0o700 });
    const builder = await startWorker({ folder: building, counters: newCounters() });
    await builder.close();
    syncTree(building);
    renameSync(building, cluster);
    syncOne(dataDir);
  }
  // The program never leaves a folder in this state: a new database must not be created where another one was.
  if (!existsSync(join(cluster, "PG_VERSION"))) throw new DatabaseError("database-stopped", "PG_VERSION is missing");
  const { observerUrl, isThrowaway = false, onStopped } = options;
  const start = { folder: cluster, counters: newCounters(), isThrowaway, ...(observerUrl ? { observerUrl } : {}) };
  return startWorker(start, onStopped);
}

function newCounters() {
  return new SharedArrayBuffer(counterCount * Int32Array.BYTES_PER_ELEMENT);
}

async function startWorker(start: WorkerStart, onStopped?: (error: Error) => void): Promise<FolderEngine> {
  // Without the parent's execArgv: the worker's first file registers tsx itself, however this process was started.
  const worker = new Worker(new URL("./engine-worker.mjs", import.meta.url), { workerData: start, execArgv: [] });
  const counters = new Int32Array(start.counters);
  const listeners = new Set<WireListener>();
  const copies = new Map<string, (error: Error | null) => void>();
  let ready = false;
  let closing = false;
  let stopped: Error | null = null;
  const tell = (message: ToWorker, transfer: Parameters<Worker["postMessage"]>[1] = []) =>
    worker.postMessage(message, transfer);

  let settleStart: { resolve(): void; reject(error: Error): void };
  const started = new Promise<void>((resolve, reject) => {
    settleStart = { resolve, reject };
  });
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));

  function fail(message: string, cause?: Error) {
    if (stopped) return;
    stopped = new DatabaseError("database-stopped", `The embedded database stopped: ${message}`, cause);
    settleStart.reject(stopped);
    for (const listener of listeners) listener.onEnd(stopped);
    listeners.clear();
    for (const settle of copies.values()) settle(stopped);
    copies.clear();
    if (ready) onStopped?.(stopped);
  }

  worker.on("message", (message: FromWorker) => {
    if (message.kind === "ready") {
      ready = true;
      settleStart.resolve();
    } else if (message.kind === "failed") fail(message.message);
    else if (message.kind === "copied") {
      const { folder, error } = message;
      copies.get(folder)?.(error && Object.assign(new Error(error.message), { code: error.code }));
      copies.delete(folder);
    }
  });
  worker.on("error", (error) => fail(error instanceof Error ? error.message : String(error)));
  worker.on("exit", (code) => {
    if (!closing) fail(`its thread ended with code ${code}`);
  });
  await started;

  return {
    link(listener) {
      if (stopped) {
        const error = stopped;
        queueMicrotask(() => listener.onEnd(error));
        return { send: () => {}, close: () => {} };
      }
      return linkOver(listeners, listener, (port) => tell({ kind: "link", port }, [port]));
    },
    copyInto(dataDir) {
      if (stopped) return Promise.reject(stopped);
      return new Promise<void>((resolve, reject) => {
        const folder = join(dataDir, "cluster");
        copies.set(folder, (error) => (error ? reject(error) : resolve()));
        tell({ kind: "copy", folder });
      });
    },
    async close() {
      closing = true;
      if (!stopped) tell({ kind: "close" });
      await exited;
      if (stopped) throw stopped;
    },
    stop(error) {
      fail(error.message, error);
      void worker.terminate();
    },
    fsyncCount: () => Atomics.load(counters, counter.fsyncs),
    checkpointCount: () => Atomics.load(counters, counter.checkpoints),
    observedCount: () => Atomics.load(counters, counter.observed),
  };
}

/** A channel for each link, so that its bytes wake nobody else. */
function linkOver(
  listeners: Set<WireListener>,
  listener: WireListener,
  give: (port: MessagePort) => void,
): ReturnType<Engine["link"]> {
  const { port1, port2 } = new MessageChannel();
  listeners.add(listener);
  port1.on("message", (bytes: Uint8Array) =>
    listener.onBytes(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
  );
  port1.on("close", () => {
    if (listeners.delete(listener)) listener.onEnd();
  });
  give(port2);
  return {
    send: (bytes) => port1.postMessage(Uint8Array.from(bytes)),
    close: () => {
      listeners.delete(listener);
      port1.close();
    },
  };
}

function syncTree(folder: string) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncOne(path);
  }
  syncOne(folder);
}

function syncOne(path: string) {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } catch (error) {
    // Only Windows cannot sync a folder.
    if (process.platform !== "win32") throw error;
  } finally {
    closeSync(file);
  }
}
