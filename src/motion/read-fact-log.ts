/**
 * Reads a log of facts one page at a time: after a night without a database it is long, and reading must not block the process.
 */
import { closeSync, openSync, readSync } from "node:fs";
import type { Fact } from "./messages.ts";

export const pageBytes = 64 * 1024;
const newline = 10;

export interface FactPage {
  facts: Fact[];
  /** Where the next page begins; null: at the end. */
  nextByte: number | null;
}

/**
 * The facts after `afterId` that begin in this page, each in its last version from this page or the next: amendments follow
 * within a moment. Empty if there is no such file; throws if it cannot be read.
 */
export function readFactPage(path: string, fromByte: number, afterId: number): FactPage {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { facts: [], nextByte: null };
    throw error;
  }
  try {
    return readPage(file, fromByte, afterId);
  } finally {
    closeSync(file);
  }
}

/** All facts of one log, read from its file lazily. */
export function* factsFrom(path: string): Generator<Fact> {
  let lastId = 0;
  for (let byte: number | null = 0; byte !== null; ) {
    const page: FactPage = readFactPage(path, byte, lastId);
    lastId = page.facts.at(-1)?.id ?? lastId;
    yield* page.facts;
    byte = page.nextByte;
  }
}

function readPage(file: number, fromByte: number, afterId: number): FactPage {
  const facts = new Map<number, Fact>();
  let lastId = afterId;
  const { bytes, isAll } = readLines(file, fromByte);
  let at = 0;
  let nextAt: number | null = null;
  while (at < bytes.length) {
    const found = bytes.indexOf(newline, at);
    // The rest is a line torn by a power cut, at the end of the file.
    if (found < 0 && !isAll) break;
    const end = found < 0 ? bytes.length : found;
    const isBehind = at >= pageBytes;
    if (isBehind) nextAt ??= at;
    const fact = parsed(bytes.toString("utf8", at, end));
    if (fact && (facts.has(fact.id) || (!isBehind && fact.id > lastId))) {
      facts.set(fact.id, fact);
      lastId = Math.max(lastId, fact.id);
    }
    at = end + 1;
  }
  if (nextAt === null && !isAll) nextAt = at;
  return { facts: [...facts.values()], nextByte: nextAt === null ? null : fromByte + nextAt };
}

/** Reads two pages, or more until the second one contains the start of a line. */
function readLines(file: number, fromByte: number): { bytes: Buffer; isAll: boolean } {
  for (let wanted = 2 * pageBytes; ; wanted *= 2) {
    const buffer = Buffer.alloc(wanted);
    let length = 0;
    for (let read = -1; read !== 0 && length < wanted; length += read)
      read = readSync(file, buffer, length, wanted - length, fromByte + length);
    const bytes = buffer.subarray(0, length);
    const isAll = length < wanted;
    if (isAll || bytes.lastIndexOf(newline) >= pageBytes) return { bytes, isAll };
  }
}

function parsed(line: string): Fact | null {
  try {
    return JSON.parse(line) as Fact;
  } catch {
    return null;
  }
}
