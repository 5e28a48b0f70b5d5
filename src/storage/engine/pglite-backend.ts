import { PGlite, type PGliteOptions } from "@electric-sql/pglite";
import type { ExecuteMessage } from "./engine.ts";

export interface PgliteBackend {
  execute: ExecuteMessage;
  /** The whole data folder as a tar, taken between two statements. */
  dump(): Promise<Blob>;
  close(): Promise<void>;
}

/** Version 0.5.16 as shipped starts with fsync off (-F) and a stub of fdatasync: see durable-files.ts. */
const durableParams = [
  ...PGlite.defaultStartParams.filter((param) => param !== "-F"),
  ...["fsync=on", "wal_sync_method=fsync", "full_page_writes=on", "synchronous_commit=on"].flatMap((set) => [
    "-c",
    set,
  ]),
  // Limits of the kept WAL: engine-worker.ts makes a checkpoint by bytes written, because there is no background writer here.
  ...["max_wal_size=256MB", "min_wal_size=80MB"].flatMap((set) => ["-c", set]),
  // Small, because WebAssembly memory never shrinks. Further pages are in the system's cache, a read of microseconds away.
  ...["shared_buffers=48MB", "maintenance_work_mem=16MB"].flatMap((set) => ["-c", set]),
];
/** A backup reads each page once, from end to end, in a job that shares the machine with the gateway. */
const throwawayParams = [...durableParams, "-c", "shared_buffers=8MB"];

/** Starts PGlite. With `fs` the data is real, so every commit is synced, unless it is a temporary copy. */
export async function startPglite(options: PGliteOptions, isThrowaway = false): Promise<PgliteBackend> {
  const startParams = isThrowaway ? throwawayParams : durableParams;
  const pg = await PGlite.create({ ...options, ...(options.fs ? { startParams } : {}) });
  return {
    execute(message, onBytes) {
      let failed: unknown = null;
      // Synchronous up to its end: without syncToFs nothing in it waits.
      pg.execProtocolRawStream(message, { syncToFs: false, onRawData: onBytes }).catch((error: unknown) => {
        failed = error;
      });
      if (failed) throw failed;
    },
    dump: () => pg.dumpDataDir("none"),
    close: () => pg.close(),
  };
}
