/**
 * A new or restored database may be behind the controllers: they have seen epochs that it does not know, and refuse every command
 * with a lower one (S15). So the epochs are raised by more than the number of grants since any backup.
 */
import type { TransactionSql } from "postgres";

/** A gateway takes one epoch at each start and at each death of motion. */
export const epochsLifted = 1_000;
/** Registers have 16 bits; some epochs are left for later starts. */
export const epochMax = 65_000;

/** Also holds the areas until a reset at the panel: locks that people put on after the backup are not in it (S22). */
export async function liftEpochs(tx: TransactionSql): Promise<number> {
  const [table] = await tx<{ there: boolean }[]>`
    SELECT count(*) = 2 AS there FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = 'area_state' AND column_name IN ('epoch', 'is_stopped')`;
  if (!table?.there) return 0;
  const lifted = await tx`
    UPDATE area_state SET epoch = GREATEST(epoch, LEAST(epoch + ${epochsLifted}, ${epochMax})), is_stopped = true
    RETURNING area_key`;
  return lifted.length;
}
