import {
  closeSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Chance } from "../../src/clock/chance.ts";
import { copyTree } from "./database-templates.ts";
import type { DiskChange } from "./disk-observer.ts";

/** The smallest piece that the simulated disk writes whole; PostgreSQL's pages are twice as large, so they tear. */
const sectorBytes = 4096;

export interface Trace {
  /** The data folder before the first change, closed and synced. */
  before: string;
  /** The folder that the changes are in. */
  root: string;
  /** Inode of every path (relative to the root) at the start. */
  inodes: ReadonlyMap<string, number>;
  changes: readonly { change: DiskChange; content: Buffer | null }[];
}

export interface CutOptions {
  /** Number of changes before the power cut. */
  changeCount: number;
  /** none: nothing unsynced survives. some: any part of it may (torn pages, names without content). */
  unsynced: "none" | "some";
  /** As if fsync did nothing: shows that the test would notice. */
  ignoreSyncs?: boolean;
}

interface DiskFile {
  /** Path of its content before the trace, relative to the root. */
  origin: string | null;
  /** Changes of content, oldest first; the first `syncedCount` are on the disk. */
  pending: { at: number; content: Buffer | null; size: number }[];
  syncedCount: number;
  isFolder: boolean;
}

export function inodesBelow(root: string): Map<string, number> {
  const found = new Map<string, number>();
  const walk = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      found.set(relative(root, path), lstatSync(path).ino);
      if (entry.isDirectory()) walk(path);
    }
  };
  walk(root);
  return found;
}

export function readTrace(file: string): Trace["changes"] {
  const all = readFileSync(file);
  const changes: { change: DiskChange; content: Buffer | null }[] = [];
  for (let at = 0; at < all.length; ) {
    const end = at + 4 + all.readUInt32LE(at);
    const change = JSON.parse(all.toString("utf8", at + 4, end)) as DiskChange;
    const size = change.op === "write" ? change.bytes : 0;
    changes.push({ change, content: change.op === "write" ? all.subarray(end, end + size) : null });
    at = end + size;
  }
  return changes;
}

/**
 * Builds in `to` a possible state of the disk after a power cut at `changeCount`. The disk is like ext4: names are journaled in
 * order, and an fsync of any file commits all names before it; content is on the disk only after its own file's fsync.
 */
export function replayUntilCut(trace: Trace, to: string, chance: Chance, options: CutOptions): void {
  const names = new Map<string, DiskFile>();
  const byInode = new Map<number, DiskFile>();
  for (const [path, ino] of trace.inodes) {
    const file = { origin: path, pending: [], syncedCount: 0, isFolder: false };
    names.set(path, file);
    byInode.set(ino, file);
  }
  const below = (path: string) => relative(trace.root, path);
  let waiting: (() => void)[] = [];

  for (const { change, content } of trace.changes.slice(0, options.changeCount)) {
    if (change.op === "create") {
      const file = { origin: null, pending: [], syncedCount: 0, isFolder: change.isFolder };
      byInode.set(change.ino, file);
      waiting.push(() => names.set(below(change.path), file));
    } else if (change.op === "rename") {
      waiting.push(() => renameAll(names, below(change.from), below(change.to)));
    } else if (change.op === "remove") {
      waiting.push(() => names.delete(below(change.path)));
    } else {
      const file = byInode.get(change.ino);
      if (!file) continue;
      if (change.op === "write") file.pending.push({ at: change.at, content, size: 0 });
      if (change.op === "resize") file.pending.push({ at: 0, content: null, size: change.size });
      if (change.op === "sync" && !options.ignoreSyncs) {
        file.syncedCount = file.pending.length;
        for (const apply of waiting) apply();
        waiting = [];
      }
    }
  }
  const namesKept = options.unsynced === "none" ? 0 : chance.below(waiting.length + 1);
  for (const apply of waiting.slice(0, namesKept)) apply();

  copyTree(trace.before, to);
  for (const path of trace.inodes.keys())
    if (names.get(path)?.origin !== path) rmSync(join(to, path), { recursive: true, force: true });
  for (const [path, file] of names) {
    if (file.isFolder) mkdirSync(join(to, path), { recursive: true });
    else if (file.origin !== path || file.pending.length > 0) writeFile(trace, to, path, file, chance, options);
  }
}

function renameAll(names: Map<string, DiskFile>, from: string, to: string): void {
  for (const [path, file] of [...names])
    if (path === from || path.startsWith(`${from}/`)) {
      names.delete(path);
      names.set(to + path.slice(from.length), file);
    }
}

function writeFile(trace: Trace, to: string, path: string, file: DiskFile, chance: Chance, options: CutOptions): void {
  mkdirSync(dirname(join(to, path)), { recursive: true });
  const out = openSync(join(to, path), "w");
  if (file.origin !== null) writeSync(out, readFileSync(join(trace.before, file.origin)));
  file.pending.forEach(({ at, content, size }, i) => {
    const synced = i < file.syncedCount;
    if (!synced && options.unsynced === "none") return;
    if (content === null) {
      if (synced || chance.below(2) === 0) ftruncateSync(out, size);
    } else if (synced) writeSync(out, content, 0, content.length, at);
    else
      for (let from = 0; from < content.length; from += sectorBytes)
        if (chance.below(2) === 0)
          writeSync(out, content, from, Math.min(sectorBytes, content.length - from), at + from);
  });
  closeSync(out);
}
