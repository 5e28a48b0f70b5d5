import type { TransactionSql } from "postgres";
import { Refusal } from "../contract/errors.ts";

/** Throws if somebody leads, and keeps others from taking the lead until the transaction ends. */
export async function nobodyLeads(
  tx: TransactionSql,
  code: "restore-led" | "epochs-led" | "lead-migrates",
  params: Record<string, string> = {},
): Promise<void> {
  await tx`LOCK TABLE leads IN ACCESS EXCLUSIVE MODE`;
  const [leader] = await tx<{ who: string }[]>`
    SELECT holder_name AS who FROM leads WHERE expires_at > clock_timestamp() ORDER BY epoch DESC LIMIT 1`;
  if (leader) throw new Refusal(code, { ...params, who: leader.who });
}

/**
 * While a backup is restored nobody may lead. An earlier leader must not meet its own epoch again: the returned function writes
 * the rows back as run out, with an epoch above all that were granted. Throws restore-led.
 */
export async function leadsKept(tx: TransactionSql): Promise<() => Promise<void>> {
  const [table] = await tx<{ there: boolean }[]>`SELECT to_regclass('public.leads') IS NOT NULL AS there`;
  if (!table?.there) return async () => {};
  await nobodyLeads(tx, "restore-led");
  const [kept] = await tx<{ rooms: string[] | null; epoch: string | null }[]>`
    SELECT array_agg(room_id) AS rooms, (max(epoch) + 1)::text AS epoch FROM leads`;
  const { rooms = null, epoch = null } = kept ?? {};
  if (rooms === null || epoch === null) return async () => {};
  return async () => {
    const [again] = await tx<{ there: boolean }[]>`SELECT to_regclass('public.leads') IS NOT NULL AS there`;
    if (!again?.there) return;
    await tx`INSERT INTO leads (room_id, epoch, holder, holder_name, taken_at, expires_at)
      SELECT room, ${epoch}::bigint, '', 'restore', clock_timestamp(), clock_timestamp() FROM unnest(${rooms}::text[]) AS room`;
  };
}
