/** Motion's small memory of what is not yet in the database: append-only, so that a crash of either side loses nothing. */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Fact, FactBody } from "./messages.ts";

export interface FactLog {
  readonly id: string;
  /** Kept before it returns. */
  add(areaKey: string, atMs: number, body: FactBody): Fact;
  /** What a fact says now; read back, the last word on it counts. */
  amend(fact: Fact): void;
  stored(upTo: number): void;
  /** What came after this one and is still kept, in order. */
  since(id: number): Fact[];
  lastId(): number;
  close(): void;
}

/** A file that holds nothing unstored and is longer than this begins anew. */
const fileBytesMax = 256 * 1024;
const filePattern = /^(facts|stored)-([0-9a-z-]+)\.ndjson$/;
/** Some ten thousand facts. With more refused than that, the database is not the one that this program knows. */
const asideBytesMax = 8 * 1024 * 1024;

/** For the in-memory form; `kept` outlives the log as a file would. */
export function memoryFactLog(id: string, kept: Fact[] = []): FactLog {
  let lastId = 0;
  return {
    id,
    add(areaKey, atMs, body) {
      const fact = { id: ++lastId, areaKey, atMs, body };
      kept.push(fact);
      return fact;
    },
    // It is the same object.
    amend() {},
    stored(upTo) {
      while (kept[0] && kept[0].id <= upTo) kept.shift();
    },
    since: (after) => kept.filter((fact) => fact.id > after),
    lastId: () => lastId,
    close() {},
  };
}

/**
 * A line a fact, written before anybody hears of it. Not synced: what a power cut takes from it is no more than what was
 * decided in its last moments, and then the steel stands. A disk that takes nothing more is told and ends no motion.
 */
export function fileFactLog(folder: string, id: string, onFailure: (error: unknown) => void): FactLog {
  let file: number | null = null;
  attempt(() => {
    mkdirSync(folder, { recursive: true });
    file = openSync(join(folder, `facts-${id}.ndjson`), "a", 0o600);
  });
  let isTorn = false;
  let lastId = 0;
  let storedId = 0;
  let bytes = 0;

  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      onFailure(error);
    }
  }

  function write(fact: Fact): void {
    const line = Buffer.from(`${isTorn ? "\n" : ""}${JSON.stringify(fact)}\n`);
    // What a full disk cut off must not swallow the next line.
    isTorn = true;
    attempt(() => {
      if (file === null) return;
      const written = writeSync(file, line);
      bytes += written;
      isTorn = written < line.length;
    });
  }

  return {
    id,
    add(areaKey, atMs, body) {
      const fact = { id: ++lastId, areaKey, atMs, body };
      write(fact);
      return fact;
    },
    amend: write,
    stored(upTo) {
      storedId = Math.max(storedId, upTo);
      if (storedId < lastId || bytes <= fileBytesMax) return;
      attempt(() => {
        if (file !== null) ftruncateSync(file, 0);
        bytes = 0;
      });
    },
    since: (after) => factsOf(folder, id).filter((fact) => fact.id > after),
    lastId: () => lastId,
    close: () =>
      attempt(() => {
        if (file !== null) closeSync(file);
      }),
  };
}

/** Logs that earlier motions left, oldest first; a line that a power cut tore is the last one and was told to nobody. */
export function leftFactLogs(folder: string): { logId: string; facts: Fact[] }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const logs = names.flatMap((name) => {
    const [, state, logId = ""] = filePattern.exec(name) ?? [];
    return state ? [{ logId, facts: state === "facts" ? factsIn(join(folder, name)) : [] }] : [];
  });
  return logs.sort((a, b) => (a.logId < b.logId ? -1 : 1));
}

/** In three steps, each of which may be the last: its name says that it is stored, its row goes, the file goes. */
export async function forgetFactLog(folder: string, id: string, dropRow: () => Promise<void>): Promise<void> {
  const stored = join(folder, `stored-${id}.ndjson`);
  try {
    renameSync(join(folder, `facts-${id}.ndjson`), stored);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  await dropRow();
  rmSync(stored, { force: true });
}

/** A log of what the database refused, read at the next start as any other; on the disk before `true` is said. */
export function asideLog(folder: string, newLogId: () => string): (fact: Omit<Fact, "id">) => boolean {
  let file: number | null = null;
  let lastId = 0;
  let bytes = 0;
  return (fact) => {
    const body = fact.body.kind === "kept" ? { ...fact.body, isOld: true as const } : fact.body;
    const line = Buffer.from(`${JSON.stringify({ ...fact, body, id: lastId + 1 })}\n`);
    if (bytes + line.length > asideBytesMax) return false;
    try {
      mkdirSync(folder, { recursive: true });
      file ??= openSync(join(folder, `facts-${newLogId()}.ndjson`), "a", 0o600);
      const written = writeSync(file, line);
      if (written < line.length) {
        ftruncateSync(file, bytes);
        return false;
      }
      fsyncSync(file);
    } catch {
      return false;
    }
    lastId++;
    bytes += line.length;
    return true;
  };
}

/** Of one log; empty where there is none. */
export function factsOf(folder: string, id: string): Fact[] {
  return factsIn(join(folder, `facts-${id}.ndjson`));
}

function factsIn(path: string): Fact[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  // A map keeps the place of the first word on a fact, and the last word itself.
  const facts = new Map<number, Fact>();
  for (const line of text.split("\n")) {
    try {
      const fact = JSON.parse(line) as Fact;
      facts.set(fact.id, fact);
    } catch {
      // Torn.
    }
  }
  return [...facts.values()];
}
