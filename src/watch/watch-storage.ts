/** Watches the disks that the gateway writes to, before they are full, and remembers what the database said of its own. */
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
  /** The database is on a server: its disk is only known by what it answers. */
  isServer: boolean;
  /** Why the embedded engine ended for good, if it has. */
  stopped(): Error | null;
  /** What the database refused of motion's facts and is kept aside. */
  factsSetAside?(): number;
  /** What fails again and again behind everybody's back. */
  background?(): StorageProblem[];
  /** It had ended, and its disk is well again: a new start may go well. */
  onMended(error: Error): void;
  look?(folder: string): Promise<DiskSeen>;
}

export interface StorageWatch {
  disks(): DiskLine[];
  /** The worst first. */
  problems(): StorageProblem[];
  /** Told of every failure. */
  saw(error: unknown): void;
  close(): void;
}

const lookEveryMs = 10_000;
/** What a server said is old after this; while it lasts, it says it again. */
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
    // Asked first: what stopped it while we looked may be what we did not see.
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
      // One disk for both is one thing to mend.
      const [first, second] = disks;
      const aside = setAsideProblems(deps.factsSetAside?.() ?? 0);
      const behind = deps.background?.() ?? [];
      return [...found, ...(second?.code === first?.code ? disks.slice(0, 1) : disks), ...aside, ...behind];
    },
    saw(error) {
      const fault = diskFaultOf(error);
      // The embedded one's disk is looked at: that it is well again is known at once.
      if (fault && (deps.isServer || fault === "database-damaged")) said = { fault, atMs: clock.nowMs() };
    },
    close() {
      isClosed = true;
      cancel();
    },
  };
}

/** A folder that is not there yet is made where its parent is. */
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
