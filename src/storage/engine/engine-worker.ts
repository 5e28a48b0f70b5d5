import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { copyCluster } from "./copy-cluster.ts";
import { DurableFiles, type NodeFileSystem } from "./durable-files.ts";
import { type PgliteBackend, startPglite } from "./pglite-backend.ts";
import { wireSession } from "./wire-session.ts";
import { counter, type FromWorker, type ToWorker, type WorkerStart } from "./worker-messages.ts";

/** Checkpoint after this much WAL: it limits the folder's size and the duration of a start after a crash. */
const walBytesMax = 48 * 1024 * 1024;

const start = workerData as WorkerStart;
const counters = new Int32Array(start.counters);
const parent = parentPort as MessagePort;
const tell = (message: FromWorker) => parent.postMessage(message);

/** Stops this thread at once: PGlite would spin for ever on a backend that aborted. */
function stop(message: string): never {
  tell({ kind: "failed", message });
  process.exit(1);
}

let walBytes = 0;

const observer: { observe(files: NodeFileSystem, counters: Int32Array): void } | null = start.observerUrl
  ? await import(start.observerUrl)
  : null;

const durableFiles = () =>
  new DurableFiles(start.folder, {
    onSyncFailed: (error) => stop(`the disk did not take the data: ${error.message}`),
    onSynced: () => Atomics.add(counters, counter.fsyncs, 1),
    onWritten: (path, bytes) => {
      if (path.includes("pg_wal")) walBytes += bytes;
    },
    ...(observer ? { observe: (nodeFiles: NodeFileSystem) => observer.observe(nodeFiles, counters) } : {}),
  });

let backend: PgliteBackend;
try {
  const fs = start.isThrowaway ? new NodeFS(start.folder) : durableFiles();
  backend = await startPglite({ fs }, start.isThrowaway ?? false);
} catch (error) {
  stop(error instanceof Error ? error.message : String(error));
}

/** "CHECKPOINT" as a complete Query message. */
const checkpoint = Uint8Array.from([0x51, 0, 0, 0, 15, ...Buffer.from("CHECKPOINT\0")]);

function serve(port: MessagePort) {
  const session = wireSession({
    execute: backend.execute,
    reply: (bytes) => {
      const exact = Uint8Array.from(bytes);
      port.postMessage(exact, [exact.buffer]);
    },
    end: () => port.close(),
    onReady: (status) => {
      if (walBytes < walBytesMax || status === "E") return;
      walBytes = 0;
      backend.execute(checkpoint, () => {});
      Atomics.add(counters, counter.checkpoints, 1);
    },
  });
  port.on("message", (bytes: Uint8Array) => session.feed(bytes));
}

function copy(folder: string) {
  try {
    copyCluster(start.folder, folder);
    tell({ kind: "copied", folder, error: null });
  } catch (error) {
    const { message, code = "" } = error as NodeJS.ErrnoException;
    tell({ kind: "copied", folder, error: { message, code } });
  }
}

parent.on("message", (message: ToWorker) => {
  if (message.kind === "link") return serve(message.port);
  if (message.kind === "copy") return copy(message.folder);
  backend.close().then(
    () => {
      tell({ kind: "closed" });
      parent.close();
    },
    (error: unknown) => stop(error instanceof Error ? error.message : String(error)),
  );
});
tell({ kind: "ready" });
