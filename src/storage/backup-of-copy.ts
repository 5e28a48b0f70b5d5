import { constants, setPriority } from "node:os";
import { backup } from "./backup.ts";
import { openDatabase } from "./open-database.ts";

/**
 * The whole work of a process of its own: a backup of a copied data folder that is thrown away afterwards. Ends with the
 * process that asked for it, and does not return.
 */
export async function backupOfCopy(dataDir: string, file: string, madeAtMs: number): Promise<never> {
  process.stdin.once("close", () => process.exit(1)).resume();
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // Not allowed here: it takes its turn like everybody else.
  }
  await backup(await openDatabase({ dataDir, isThrowaway: true }), file, { madeAtMs });
  // An orderly end would write down what is thrown away.
  process.exit(0);
}
