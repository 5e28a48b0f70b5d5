/**
 * The epochs with which motion was started on this machine, kept beside its logs in case the database has an older count (S15).
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AreaStart } from "./messages.ts";

const file = "epochs.json";

/** Empty when the file is missing or damaged: the database's own count is then used. */
export function epochsGiven(folder: string): Record<string, number> {
  try {
    const kept = JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(kept).filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1])),
    );
  } catch {
    return {};
  }
}

/** A folder that cannot be written to does not keep motion from starting. */
export function noteEpochs(folder: string, areas: readonly Pick<AreaStart, "areaKey" | "epoch">[]): void {
  const all = epochsGiven(folder);
  for (const { areaKey, epoch } of areas) all[areaKey] = Math.max(all[areaKey] ?? 0, epoch);
  try {
    writeFileSync(join(folder, `${file}.new`), JSON.stringify(all), { mode: 0o600 });
    renameSync(join(folder, `${file}.new`), join(folder, file));
  } catch {
    // The database has them, too.
  }
}
