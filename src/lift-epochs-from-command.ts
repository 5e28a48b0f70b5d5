/** `guiwei lift-epochs`: for a database whose epochs are lower than those of its controllers, which therefore refuse commands. */
import type { Layout } from "./site/layout.ts";
import { epochsLifted, liftEpochs } from "./storage/lift-epochs.ts";
import type { Database } from "./storage/open-database.ts";
import { nobodyLeads } from "./storage/restore-leads.ts";

/** Throws epochs-led. */
export async function liftEpochsFromCommand(
  { sql }: Pick<Database, "sql">,
  layout: Layout,
  say: (line: string) => void,
): Promise<void> {
  const areaKeys = layout.areas.map(({ roomId, id }) => `${roomId}.${id}`);
  const lifted = await sql.begin(async (tx) => {
    await nobodyLeads(tx, "epochs-led");
    await tx`INSERT INTO area_state (area_key, epoch, wire_id, is_inhibited, is_held_for_locks)
      SELECT key, 0, 0, false, false FROM unnest(${areaKeys}::text[]) AS key ON CONFLICT DO NOTHING`;
    return liftEpochs(tx);
  });
  say(
    `${lifted} 个区的控制权期数提升 ${epochsLifted}，启动后须在面板上复位 / epochs of ${lifted} areas lifted by ${epochsLifted}; after the start reset each at its panel`,
  );
}
