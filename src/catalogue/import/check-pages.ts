/** How far the check of a file's rows is, kept beside them in pages: the next start goes on after the last one. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import type { Context } from "../../context.ts";
import { restsOf } from "../../jobs/run-job.ts";
import { readRowFile } from "../../workbooks/row-files.ts";
import { type RowWriter, rowWriter, type Written } from "../../workbooks/row-writer.ts";
import { faultsMax, type RowFault } from "./check-row.ts";
import { type CheckedAgainst, checkedAgainst, isAsItWas } from "./checked-against.ts";

/** Grows whenever rows are checked otherwise than before: two halves of two programs are no whole. */
const checkingOf = 2;

export interface CheckCounts {
  created: number;
  changed: number;
  unchanged: number;
  refused: number;
}

/** Of all rows up to here. */
export interface CheckPage extends CheckCounts {
  rows: number;
}

export interface CheckBegun {
  /** Where it goes on; null: from its first row. */
  from: (CheckPage & { faults: RowFault[] }) | null;
  /** It was further once, and that counts no more: the catalogue, the site or the program has changed since. */
  isAgain: boolean;
  /** `faults`: those since the page before. A disk that takes none costs the next start its work, and this check nothing. */
  keep(page: CheckPage, faults: readonly RowFault[]): Promise<void>;
  close(): Promise<void>;
}

interface Kept extends CheckPage {
  checking: number;
  against: CheckedAgainst;
  /** Of the faults' file. */
  written: Written;
}

export const checkFilesOf = (file: string) => [file, ...restsOf(file)];

export async function beginCheck(context: Context, file: string): Promise<CheckBegun> {
  const placeFile = `${file}.place`;
  const kept = await readKept(placeFile);
  const isGood = kept !== null && kept.checking === checkingOf && (await isAsItWas(context, kept.against));
  let writer: RowWriter | null = null;
  let from: CheckBegun["from"] = null;
  try {
    const opened = await rowWriter(file, isGood ? kept.written : null);
    writer = opened.writer;
    if (isGood && opened.begun.bytes === kept.written.bytes) {
      const { rows, created, changed, unchanged, refused } = kept;
      const faults = await faultsIn(`${file}.partial`);
      // Of more refused rows than are kept nobody knows which they were.
      if (faults.length < faultsMax) from = { rows, created, changed, unchanged, refused, faults };
    }
    if (!from) {
      await writer.close();
      writer = (await rowWriter(file, null)).writer;
      await rm(placeFile, { force: true });
    }
  } catch {
    // A full disk: it is checked from its first row, and nothing of it is kept.
  }

  async function keep(page: CheckPage, faults: readonly RowFault[]): Promise<void> {
    const keeping = writer;
    if (!keeping) return;
    try {
      // Before the page is named: what changes from now on is found by whoever goes on from it.
      const against = await checkedAgainst(context);
      for (const fault of faults) await keeping.write(fault);
      const place: Kept = { checking: checkingOf, ...page, against, written: await keeping.flush() };
      await writeFile(`${placeFile}.partial`, JSON.stringify(place), { mode: 0o600 });
      await rename(`${placeFile}.partial`, placeFile);
    } catch {
      writer = null;
      await keeping.close().catch(() => {});
    }
  }

  return { from, isAgain: kept !== null && from === null, keep, close: async () => writer?.close().catch(() => {}) };
}

async function readKept(placeFile: string): Promise<Kept | null> {
  try {
    return JSON.parse(await readFile(placeFile, "utf8")) as Kept;
  } catch {
    return null;
  }
}

async function faultsIn(file: string): Promise<RowFault[]> {
  const faults: RowFault[] = [];
  for await (const batch of readRowFile<RowFault>(file)) faults.push(...batch);
  return faults;
}
