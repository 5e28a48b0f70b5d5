import type { Clock } from "../clock/clock.ts";
import type { MigrationProgress } from "./migrate.ts";

const tellEveryMs = 1_000;

/** Prints progress for people: a line when a migration begins, then once a second, and when its rows are done. */
export function tellingProgress(clock: Clock, say: (line: string) => void): (progress: MigrationProgress) => void {
  let name = "";
  let toldMs = 0;
  return (progress) => {
    const isLast = progress.rowsTotal > 0 && progress.rowsDone >= progress.rowsTotal;
    if (progress.name === name && !isLast && clock.nowMs() - toldMs < tellEveryMs) return;
    name = progress.name;
    toldMs = clock.nowMs();
    say(progressLine(progress));
  };
}

function progressLine({ name, no, stepsTotal, rowsDone, rowsTotal }: MigrationProgress): string {
  const rows = rowsTotal > 0 ? `: ${rowsDone}/${rowsTotal} 行 / rows` : "";
  return `正在升级数据 / bringing the data forward: ${name} (${no}/${stepsTotal})${rows}`;
}
