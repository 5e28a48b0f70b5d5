import type { JobUnit } from "../contract/jobs.ts";

/** What each kind of job is asked and answers: small values only, everything else lies in the files they name. */
export interface JobKinds {
  /** A foreign file to rows of text, one a line of `rowsFile`; the file appears whole or not at all. */
  "read-table": { asked: { file: string; rowsFile: string; rowsMax: number }; answered: { rows: number } };
  /** What those rows have against each other, and against nothing of ours but the slots' codes. */
  "compare-rows": {
    asked: { rowsFile: string; slotsFile: string; file: string; rowsMax: number };
    answered: { rows: number };
  };
  /** Files of rows, one JSON array a line, to a workbook with a sheet for each. */
  "write-workbook": {
    asked: { sheets: { name: string; rowsFile: string }[]; file: string };
    answered: { rows: number; bytes: number };
  };
  /** What a count was judged from, as the gateway has it in rows, to the lines that `guiwei replay` takes. */
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

/** How far it is, in units of its own: rows, mostly. */
export interface JobProgress {
  done: number;
  /** Null as long as nobody knows. */
  total: number | null;
  /** 0 to 1, where it can be told without a total. */
  share?: number;
}

/** One line to the child: what to do. A second, `"stop"`, asks it to end in order. */
export interface JobOrder {
  kind: string;
  asked: unknown;
  limits: JobLimits;
}

export interface JobLimits {
  heapMbMax: number;
  /** Of the whole process as its parent sees it: buffers lie outside the heap. */
  rssMbMax: number;
  timeMsMax: number;
  /** Of all files the job writes together, in megabytes. */
  resultMbMax: number;
}

/** One line from the child. */
export type JobLine =
  | { progress: JobProgress }
  | { answered: unknown }
  /** `params` of a refusal; null for any other error. */
  | { failed: { code: string | null; message: string; params: Record<string, string | number> | null } }
  /** Its own watch has ended it, where the parent cannot see the memory of another process. */
  | { breach: "memory" };

export interface JobRules {
  limits: JobLimits;
  /** Of its progress. */
  unit: JobUnit;
  /** Its unfinished file is worth something to the next try: kept when it was stopped or died. */
  goesOn: boolean;
}

const minuteMs = 60_000;

/** All there is to know of each kind but its work, which job-process.ts names. */
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
