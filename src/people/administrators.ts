import { and, arrayContains, eq, isNotNull, ne, sql } from "drizzle-orm";
import type { Db, Tx } from "../storage/db.ts";
import { people } from "../storage/schema/people.ts";

const isAdministrator = and(
  eq(people.isActive, true),
  arrayContains(people.roles, ["administrator"]),
  isNotNull(people.passwordHash),
);

/** Whether there is an active administrator who can sign in, apart from the person with `exceptId`. */
export async function hasAdministrator(db: Db | Tx, exceptId = ""): Promise<boolean> {
  const found = await db
    .select({ id: people.id })
    .from(people)
    .where(and(isAdministrator, ne(people.id, exceptId)))
    .limit(1);
  return found.length > 0;
}

/** Serialises changes of administrators until the transaction ends: two at once could leave none, or create two first ones. */
export async function lockAdministrators(tx: Tx): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(7190001)`);
}
