/**
 * Appends lines to numbered files of a folder, the newest with the highest number. A slow or full disk never delays a reader:
 * what does not fit is left out as a whole, an antenna's rounds with their reads, and a gap line gives the number.
 */
import { appendFile, mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { CoverageLine, ReadLine } from "../contract/reads.ts";

export interface RecorderLimits {
  /** A longer file is closed; one antenna's rounds always stay in one file. */
  fileBytesMax: number;
  /** Older files are deleted. */
  filesMax: number;
  /** Bytes that may wait for the disk. */
  pendingBytesMax: number;
}

export const recorderLimits: RecorderLimits = {
  fileBytesMax: 64 * 1024 * 1024,
  filesMax: 16,
  pendingBytesMax: 8 * 1024 * 1024,
};

export interface ReadRecorder {
  add(lines: readonly (CoverageLine | ReadLine)[]): void;
  /** Resolves when everything so far is on disk, or counted as lost. */
  flush(): Promise<void>;
}

const nameOf = (no: number) => `reads-${String(no).padStart(6, "0")}.ndjson`;

export function readRecorder(
  folder: string,
  nowMs: () => number,
  onFailure: (error: unknown) => void,
  limits: RecorderLimits = recorderLimits,
): ReadRecorder {
  let pending: string[] = [];
  let pendingBytes = 0;
  let coveragesLost = 0;
  let current: { no: number; bytes: number } | null = null;
  let writing: Promise<void> | null = null;
  let isFailing = false;

  function add(lines: readonly (CoverageLine | ReadLine)[]): void {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    if (pendingBytes + text.length > limits.pendingBytesMax) {
      coveragesLost++;
      return;
    }
    pending.push(text);
    pendingBytes += text.length;
    writing ??= writeAll().finally(() => {
      writing = null;
    });
  }

  async function writeAll(): Promise<void> {
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      pendingBytes = 0;
      const lost = coveragesLost;
      const gap = lost > 0 ? `${JSON.stringify({ coveragesLost: lost, atMs: Math.round(nowMs()) })}\n` : "";
      try {
        await append(gap + batch.join(""));
        coveragesLost -= lost;
        isFailing = false;
      } catch (error) {
        current = null;
        coveragesLost += batch.length;
        // A full disk is reported once, not once for each read.
        if (!isFailing) onFailure(error);
        isFailing = true;
      }
    }
  }

  async function append(text: string): Promise<void> {
    current ??= await newest();
    if (current.bytes > 0 && current.bytes + text.length > limits.fileBytesMax) {
      current = { no: current.no + 1, bytes: 0 };
      for (const no of (await numbers()).filter((one) => one <= current!.no - limits.filesMax))
        await rm(join(folder, nameOf(no)), { force: true });
    }
    await appendFile(join(folder, nameOf(current.no)), text);
    current.bytes += Buffer.byteLength(text);
  }

  async function newest(): Promise<{ no: number; bytes: number }> {
    await mkdir(folder, { recursive: true });
    const no = Math.max(1, ...(await numbers()));
    const { size } = await stat(join(folder, nameOf(no))).catch(() => ({ size: 0 }));
    return { no, bytes: size };
  }

  async function numbers(): Promise<number[]> {
    const names = await readdir(folder);
    return names.flatMap((name) => Number(/^reads-(\d{6,})\.ndjson$/.exec(name)?.[1] ?? Number.NaN) || []);
  }

  return {
    add,
    async flush() {
      await writing;
    },
  };
}
