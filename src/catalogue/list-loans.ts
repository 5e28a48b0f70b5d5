import { and, desc, eq, ilike, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { LoanView } from "../contract/catalogue.ts";
import { boxes, loans } from "../storage/schema/catalogue.ts";
import { people } from "../storage/schema/people.ts";

export interface LoansAsked {
  /** Only loans that are not returned yet. */
  isOpen: boolean;
  /** Only loans that are due before now and not returned. */
  isOverdue: boolean;
  /** Part of a barcode or of a holder's name. */
  q: string | undefined;
  /** Only loans after this one, by its time and id. */
  after: { takenAtMs: number; id: string } | null;
  limit: number;
}

/** Loans, newest first, one more than `limit`. */
export async function listLoans(context: Context, asked: LoansAsked): Promise<LoanView[]> {
  const wanted: (SQL | undefined)[] = [];
  if (asked.isOpen || asked.isOverdue) wanted.push(isNull(loans.returnedAtMs));
  if (asked.isOverdue) wanted.push(lt(loans.dueAtMs, context.clock.nowMs()));
  if (asked.q) {
    const part = `%${asked.q.replace(/[\\%_]/g, "\\$&")}%`;
    wanted.push(or(ilike(boxes.barcode, part), ilike(people.name, part)));
  }
  if (asked.after) {
    const { takenAtMs, id } = asked.after;
    wanted.push(sql`(${loans.takenAtMs}, ${loans.id}) < (${takenAtMs}::bigint, ${id})`);
  }
  const rows = await context.db
    .select({ loan: loans, barcode: boxes.barcode, holderName: people.name })
    .from(loans)
    .innerJoin(boxes, eq(boxes.id, loans.boxId))
    .innerJoin(people, eq(people.id, loans.holderId))
    .where(and(...wanted))
    .orderBy(desc(loans.takenAtMs), desc(loans.id))
    .limit(asked.limit + 1);
  return rows.map(({ loan: { holderId, ...loan }, barcode, holderName }) => ({
    ...loan,
    barcode,
    holder: { id: holderId, name: holderName },
  }));
}
