import { type Leader, leadOf, standbysOf } from "../lead/lead-row.ts";
import type { SeekDeps } from "./seek-lead.ts";

const watchEveryMs = 2_000;
const watchMsMax = 3_000;

/** Notices when another gateway leads with a newer epoch, even while motion is away and nothing is written; counts standbys. */
export function watchLead(
  { client, clock }: SeekDeps,
  seen: (leader: Leader | null, standbys: number) => void,
): () => void {
  let cancel = () => {};
  let isOver = false;
  async function watch(): Promise<void> {
    const now = await client
      .ask(async (sql) => ({ leader: await leadOf(sql), standbys: await standbysOf(sql) }), watchMsMax)
      .catch(() => null);
    if (isOver) return;
    // Without an answer the last result still counts.
    if (now) seen(now.leader, now.standbys);
    cancel = clock.after(watchEveryMs, () => void watch());
  }
  cancel = clock.after(watchEveryMs, () => void watch());
  return () => {
    isOver = true;
    cancel();
  };
}
