/** `guiwei restore`: works whatever schema is there, because a backup helps against one that this program cannot read. */
import { join } from "node:path";
import { systemClock } from "./clock/clock.ts";
import { forgetFactLog, leftFactLogs } from "./motion/fact-log.ts";
import { tellingProgress } from "./storage/migration-words.ts";
import { type DatabaseSettings, openAsItIs } from "./storage/open-migrated.ts";
import { rowsOf } from "./storage/read-backup.ts";
import { restore } from "./storage/restore.ts";

type Say = (line: string) => void;

export async function restoreFromCommand(
  settings: DatabaseSettings,
  file: string,
  { force = false }: { force?: boolean },
  { say, sayAside }: { say: Say; sayAside: Say },
): Promise<void> {
  const clock = systemClock();
  const database = await openAsItIs(settings, clock);
  try {
    const header = await restore(database, file, { force, onProgress: tellingProgress(clock, sayAside) });
    // Facts that motion had not yet stored belong to the replaced data.
    const folder = join(settings.DATA_DIR, "motion");
    for (const { logId } of leftFactLogs(folder)) await forgetFactLog(folder, logId, async () => {});
    say(`${file}: ${rowsOf(header)} 行 / rows ✓`);
    // S22: locks put on since the backup are no longer known.
    say("备份之后挂的锁已不在其中：请先到现场确认没有人在通道内，再在各区面板上复位。");
    say(
      "Locks put on since the backup are not in it: look that nobody is in an aisle, then reset each area at its panel.",
    );
  } finally {
    await database.close();
  }
}
