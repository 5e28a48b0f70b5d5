/** Motion's log of facts that are not yet in the database: append-only, so that a crash of either process loses nothing. */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Fact, FactBody, LeftLog } from "./messages.ts";
import { type FactPage, factsFrom, pageBytes, readFactPage } from "./read-fact-log.ts";

export interface FactLog {
  readonly id: string;
  /** The fact is kept before this returns. */
  add(areaKey: string, atMs: number, body: FactBody): Fact;
  /** Changes what a fact says; on reading back, the last version counts. */
  amend(fact: Fact): void;
  stored(upTo: number): void;
  /**
   * Some of the facts after this one that are still kept, in order; empty: none are left. Null when the log cannot be read now.
   */
  after(id: number): Fact[] | null;
  lastId(): number;
  close(): void;
}

/** A longer file begins anew once it holds nothing unstored. */
const fileBytesMax = 256 * 1024;
const filePattern = /^(facts|stored)-([0-9a-z-]+)\.ndjson$/;
/** Some ten thousand facts. If more were refused, the database is not the one that this program knows. */
const asideBytesMax = 8 * 1024 * 1024;

/** Number of facts, about as many as a page of the file. */
const memoryPage = 200;

/** The in-memory form for tests; `kept` outlives the log as a file would. */
export function memoryFactLog(id: string, kept: Fact[] = []): FactLog {
  let lastId = 0;
  return {
    id,
    add(areaKey, atMs, body) {
      const fact = { id: ++lastId, areaKey, atMs, body };
      kept.push(fact);
      return fact;
    },
    // Nothing to do: the stored fact is the same object.
    amend() {},
    stored(upTo) {
      const left = kept.findIndex((fact) => fact.id > upTo);
      kept.splice(0, left < 0 ? kept.length : left);
    },
    after(id) {
      const from = kept.findIndex((fact) => fact.id > id);
      return from < 0 ? [] : kept.slice(from, from + memoryPage);
    },
    lastId: () => lastId,
    close() {},
  };
}

/**
 * One line a fact, written before anybody hears of it. It is not synced: a power cut loses only what was decided in its last
 * moments, and then the carriages stand. A full disk is reported but ends no motion.
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
  /** Where some facts begin in the file, a page apart. */
  let marks: { id: number; byte: number }[] = [];

  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      onFailure(error);
    }
  }

  function write(fact: Fact): void {
    const line = Buffer.from(`${isTorn ? "\n" : ""}${JSON.stringify(fact)}\n`);
    // The half line left by a full disk must not swallow the next one.
    isTorn = true;
    attempt(() => {
      if (file === null) return;
      const last = marks.at(-1);
      if (!last || (fact.id > last.id && bytes - last.byte >= pageBytes)) marks.push({ id: fact.id, byte: bytes });
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
        marks = [];
      });
    },
    after(afterId) {
      let byte: number | null = marks.findLast((mark) => mark.id <= afterId + 1)?.byte ?? 0;
      try {
        while (byte !== null) {
          const page: FactPage = readFactPage(join(folder, `facts-${id}.ndjson`), byte, afterId);
          if (page.facts.length > 0) return page.facts;
          byte = page.nextByte;
        }
        return [];
      } catch (error) {
        onFailure(error);
        return null;
      }
    },
    lastId: () => lastId,
    close: () =>
      attempt(() => {
        if (file !== null) closeSync(file);
      }),
  };
}

/**
 * Logs left by earlier motion processes, oldest first, each read lazily. A line torn by a power cut is the last one, and nobody
 * was told of it.
 */
export function leftFactLogs(folder: string): LeftLog[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const logs = names.flatMap((name) => {
    const [, state, logId = ""] = filePattern.exec(name) ?? [];
    return state ? [{ logId, facts: state === "facts" ? factsOf(folder, logId) : [] }] : [];
  });
  return logs.sort((a, b) => (a.logId < b.logId ? -1 : 1));
}

/** Three steps, so that a crash after any of them does no harm: rename the log as stored, delete its row, delete the file. */
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

/** A log of facts that the database refused, read at the next start like any other; `true` means that the fact is on the disk. */
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

/** All facts of one log, with one page in memory at a time; each iteration begins anew. Empty if there is no such log. */
export function factsOf(folder: string, id: string): Iterable<Fact> {
  return { [Symbol.iterator]: () => factsFrom(join(folder, `facts-${id}.ndjson`)) };
}
