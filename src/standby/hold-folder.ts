import type { Clock } from "../clock/clock.ts";
import { lockFolder, lockRefreshMs } from "../storage/engine/folder-lock.ts";

/** Two gateways on one folder would end each other's motion. */
export async function holdFolder(
  dataDir: string,
  clock: Clock,
  onTaken: (error: unknown) => void,
  say: (line: string) => void,
): Promise<() => void> {
  const lock = await lockFolder(dataDir, clock, { say });
  let cancel = () => {};
  const plan = () => {
    cancel = clock.after(lockRefreshMs, () => {
      try {
        lock.refresh();
        plan();
      } catch (error) {
        onTaken(error);
      }
    });
  };
  plan();
  return () => {
    cancel();
    lock.release();
  };
}
