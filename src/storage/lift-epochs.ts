/**
 * A database that is new, or was restored, may be behind the controllers: they have seen epochs that it knows nothing of, and
 * refuse every command of a lower one (S15). The grants that came after a backup are not so many.
 */
import type { TransactionSql } from "postgres";

/** A gateway takes one at each start and at each death of motion. */
export const epochsLifted = 1_000;
/** What registers of 16 bits can tell, with some left for the starts to come. */
export const epochMax = 65_000;

/** Also shuts the areas until a reset at the panel: people's locks that came after the backup are not in it (S22). */
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
