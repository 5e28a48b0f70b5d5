import { PGlite, type PGliteOptions } from "@electric-sql/pglite";
import type { ExecuteMessage } from "./engine.ts";

export interface PgliteBackend {
  execute: ExecuteMessage;
  /** The whole data folder as a tar, between two statements. */
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
  // Kept WAL: a checkpoint comes by bytes written (engine-worker.ts), there is no background writer here.
  ...["max_wal_size=256MB", "min_wal_size=80MB"].flatMap((set) => ["-c", set]),
  // What its memory once grew to is never given back. Pages beyond these are the system's cache, a read of microseconds away.
  ...["shared_buffers=48MB", "maintenance_work_mem=16MB"].flatMap((set) => ["-c", set]),
];
/** Each page is read once, from end to end, by a job that shares the machine with the gateway. */
const throwawayParams = [...durableParams, "-c", "shared_buffers=8MB"];

/** Starts PGlite; `fs` given means real data, so every commit is synced, unless all of it is thrown away. */
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
