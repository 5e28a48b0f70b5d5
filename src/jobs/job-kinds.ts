import type { JobUnit } from "../contract/jobs.ts";

/** Question and answer of each kind of job: small values only; everything else is in the files that they name. */
export interface JobKinds {
  /** Turns a foreign file into rows of text, one a line of `rowsFile`; the file appears whole or not at all. */
  "read-table": { asked: { file: string; rowsFile: string; rowsMax: number }; answered: { rows: number } };
  /** Compares those rows with each other, and with the codes of the site's slots only. */
  "compare-rows": {
    asked: { rowsFile: string; slotsFile: string; file: string; rowsMax: number };
    answered: { rows: number };
  };
  /** Files of rows, one JSON array a line, to a workbook with a sheet for each. */
  "write-workbook": {
    asked: { sheets: { name: string; rowsFile: string }[]; file: string };
    answered: { rows: number; bytes: number };
  };
  /** Turns the input of a stocktake's judging, rows in a file, into the lines that `guiwei replay` reads. */
  "write-reads": {
    asked: { rowsFiles: Record<"calibrations" | "lines" | "boxes" | "rounds" | "heard", string>; file: string };
    answered: { rows: number; bytes: number };
  };
  /** A backup of a copied data folder, or of a server. */
  "write-backup": {
    asked: { place: { dataDir: string } | { url: string }; file: string; madeAtMs: number };
    answered: null;
  };
  /** Reads a backup from end to end. */
  "check-backup": { asked: { file: string }; answered: { rows: number; bytes: number; sha256: string } };
}

export type JobKind = keyof JobKinds;

/** Progress in the kind's own units, mostly rows. */
export interface JobProgress {
  done: number;
  /** Null while unknown. */
  total: number | null;
  /** 0 to 1, if it is known without a total. */
  share?: number;
}

/** One line to the child with its order. A second line, `"stop"`, asks it to end in order. */
export interface JobOrder {
  kind: string;
  asked: unknown;
  limits: JobLimits;
}

export interface JobLimits {
  heapMbMax: number;
  /** Memory of the whole process as its parent sees it: buffers are outside the heap. */
  rssMbMax: number;
  timeMsMax: number;
  /** Size of all files together that the job writes, in megabytes. */
  resultMbMax: number;
}

/** One line from the child. */
export type JobLine =
  | { progress: JobProgress }
  | { answered: unknown }
  /** `params` of a refusal; null for any other error. */
  | { failed: { code: string | null; message: string; params: Record<string, string | number> | null } }
  /** Sent by the child's own watch before it ends the process, where the parent cannot see another process's memory. */
  | { breach: "memory" };

export interface JobRules {
  limits: JobLimits;
  /** Unit of its progress. */
  unit: JobUnit;
  /** The next try can use its unfinished file, so the file stays when the job was stopped or died. */
  goesOn: boolean;
}

const minuteMs = 60_000;

/** All properties of each kind except its code, which job-process.ts names. */
export const jobTable: Readonly<Record<JobKind, JobRules>> = {
  "read-table": {
    limits: { heapMbMax: 512, rssMbMax: 800, timeMsMax: 10 * minuteMs, resultMbMax: 2_048 },
    ...{ unit: "rows", goesOn: true },
  },
  // Some 300 MB of tables, outside the heap, for two million rows with all columns.
  "compare-rows": {
    limits: { heapMbMax: 256, rssMbMax: 800, timeMsMax: 10 * minuteMs, resultMbMax: 1_024 },
    ...{ unit: "rows", goesOn: false },
  },
  "write-workbook": {
    limits: { heapMbMax: 256, rssMbMax: 448, timeMsMax: 10 * minuteMs, resultMbMax: 2_048 },
    ...{ unit: "rows", goesOn: false },
  },
  "write-reads": {
    limits: { heapMbMax: 512, rssMbMax: 800, timeMsMax: 10 * minuteMs, resultMbMax: 2_048 },
    ...{ unit: "rows", goesOn: false },
  },
  // The embedded engine alone takes some 350 MB of it.
  "write-backup": {
    limits: { heapMbMax: 512, rssMbMax: 1_000, timeMsMax: 120 * minuteMs, resultMbMax: 65_536 },
    ...{ unit: "rows", goesOn: false },
  },
  "check-backup": {
    limits: { heapMbMax: 384, rssMbMax: 640, timeMsMax: 120 * minuteMs, resultMbMax: 1 },
    ...{ unit: "bytes", goesOn: false },
  },
};
