/**
 * Watches the disks to which the gateway writes, before they are full, and remembers what the database reported about its own.
 */
import { constants } from "node:fs";
import { access, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../clock/clock.ts";
import type { DiskLine, StorageProblem } from "../contract/storage.ts";
import { type DiskFault, diskFaultOf } from "../storage/disk-fault.ts";
import { type DiskSeen, judgeDisk, problemOfDisk, setAsideProblems, storageProblem } from "./judge-disk.ts";

export interface StorageWatchDeps {
  clock: Clock;
  folders: Readonly<Record<DiskLine["folder"], string>>;
  warnBelowBytes: number;
  /** The database is on a server: its disk is known only from its errors. */
  isServer: boolean;
  /** Why the embedded engine ended for good, if it has. */
  stopped(): Error | null;
  /** Facts of motion that the database refused and that are kept aside. */
  factsSetAside?(): number;
  /** Background tasks that fail repeatedly. */
  background?(): StorageProblem[];
  /** The engine had ended, and its disk is usable again: a new start may succeed. */
  onMended(error: Error): void;
  look?(folder: string): Promise<DiskSeen>;
}

export interface StorageWatch {
  disks(): DiskLine[];
  /** The worst first. */
  problems(): StorageProblem[];
  /** Must be called with every database error. */
  saw(error: unknown): void;
  close(): void;
}

const lookEveryMs = 10_000;
/** A server's report is dropped after this; while the fault lasts, it reports again. */
const saidMsMax = 5 * 60_000;

const saidCodes = {
  "database-disk-full": "storage-full",
  "database-not-writable": "storage-not-writable",
  "database-damaged": "storage-damaged",
} as const satisfies Record<DiskFault, string>;

export function watchStorage(deps: StorageWatchDeps): StorageWatch {
  const { clock, folders, warnBelowBytes, look = askFolder } = deps;
  const lines = new Map<DiskLine["folder"], DiskLine>();
  let said: { fault: DiskFault; atMs: number } | null = null;
  let isClosed = false;
  let isMended = false;
  let cancel = () => {};

  async function lookAll(): Promise<void> {
    // Read before the disks: the fault that stops it while they are read may not show in that reading.
    const stopped = deps.stopped();
    for (const folder of ["data", "backups"] as const) {
      const seen = await look(folders[folder]);
      const { freeBytes, totalBytes } = seen;
      lines.set(folder, { folder, state: judgeDisk(seen, warnBelowBytes), freeBytes, totalBytes });
    }
    if (isClosed) return;
    const { state } = lines.get("data") ?? {};
    if (stopped && !isMended && state !== "full" && state !== "not-writable") {
      isMended = true;
      deps.onMended(stopped);
    }
    cancel = clock.after(lookEveryMs, () => void lookAll());
  }
  void lookAll();

  return {
    disks: () => [...lines.values()],
    problems() {
      const found: StorageProblem[] = [];
      if (deps.stopped()) found.push(storageProblem("storage-stopped"));
      if (said && clock.nowMs() - said.atMs < saidMsMax) found.push(storageProblem(saidCodes[said.fault]));
      const disks = [...lines.values()].map(problemOfDisk).filter((problem) => problem !== null);
      // If both folders are on one disk, there is one thing to mend.
      const [first, second] = disks;
      const aside = setAsideProblems(deps.factsSetAside?.() ?? 0);
      const behind = deps.background?.() ?? [];
      return [...found, ...(second?.code === first?.code ? disks.slice(0, 1) : disks), ...aside, ...behind];
    },
    saw(error) {
      const fault = diskFaultOf(error);
      // The embedded engine's disk is read directly, so its recovery is noticed at once.
      if (fault && (deps.isServer || fault === "database-damaged")) said = { fault, atMs: clock.nowMs() };
    },
    close() {
      isClosed = true;
      cancel();
    },
  };
}

/** A folder that does not exist yet will be created on its parent's disk. */
async function askFolder(folder: string): Promise<DiskSeen> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    const isWritable = await access(folder, constants.W_OK).then(
      () => true,
      () => false,
    );
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, isWritable };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT" && dirname(folder) !== folder;
    return isMissing ? askFolder(dirname(folder)) : { freeBytes: null, totalBytes: null, isWritable: true };
  }
}
