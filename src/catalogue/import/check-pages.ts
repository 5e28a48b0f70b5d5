/**
 * Progress of the check of a file's rows, stored in pages beside the rows: after a restart the check goes on after the last page.
 */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import type { Context } from "../../context.ts";
import { restsOf } from "../../jobs/run-job.ts";
import { readRowFile } from "../../workbooks/row-files.ts";
import { type RowWriter, rowWriter, type Written } from "../../workbooks/row-writer.ts";
import { faultsMax, type RowFault } from "./check-row.ts";
import { type CheckedAgainst, checkedAgainst, isAsItWas } from "./checked-against.ts";

/** Version of the checking rules. Raise it whenever rows are checked differently: pages of two versions must not be mixed. */
const checkingOf = 2;

export interface CheckCounts {
  created: number;
  changed: number;
  unchanged: number;
  refused: number;
}

/** Counts of all rows up to here. */
export interface CheckPage extends CheckCounts {
  rows: number;
}

export interface CheckBegun {
  /** Where the check goes on; null: at the first row. */
  from: (CheckPage & { faults: RowFault[] }) | null;
  /** An earlier check got further, but is void: the catalogue, the site or the program has changed since. */
  isAgain: boolean;
  /**
   * `faults`: those since the page before. If the disk is full, only the next start loses: it checks again from the first row.
   */
  keep(page: CheckPage, faults: readonly RowFault[]): Promise<void>;
  close(): Promise<void>;
}

interface Kept extends CheckPage {
  checking: number;
  against: CheckedAgainst;
  /** How much of the faults' file counts. */
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
      // With more faults than are kept, the list of refused rows would be incomplete.
      if (faults.length < faultsMax) from = { rows, created, changed, unchanged, refused, faults };
    }
    if (!from) {
      await writer.close();
      writer = (await rowWriter(file, null)).writer;
      await rm(placeFile, { force: true });
    }
  } catch {
    // The disk is full: the check starts at the first row, and its progress is not stored.
  }

  async function keep(page: CheckPage, faults: readonly RowFault[]): Promise<void> {
    const keeping = writer;
    if (!keeping) return;
    try {
      // Read before the page is written, so that a change from now on is noticed by the check that goes on from this page.
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
