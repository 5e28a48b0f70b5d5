import { and, eq, gt, ilike, or, type SQL } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { Person } from "../contract/people.ts";
import { people } from "../storage/schema/people.ts";
import { personView } from "./person-view.ts";

export interface PeopleAsked {
  /** Part of a login or name. */
  q: string | undefined;
  afterId: string | null;
  limit: number;
  /** Without the right "people": only active people, without their roles, to choose a borrower. */
  isBrief: boolean;
}

/** One row more than `limit`, in order of id (which is order of creation). */
export async function listPeople(context: Context, { q, afterId, limit, isBrief }: PeopleAsked): Promise<Person[]> {
  const wanted: (SQL | undefined)[] = [];
  if (isBrief) wanted.push(eq(people.isActive, true));
  if (afterId !== null) wanted.push(gt(people.id, afterId));
  if (q) {
    const part = `%${q.replace(/[\\%_]/g, "\\$&")}%`;
    wanted.push(or(ilike(people.login, part), ilike(people.name, part)));
  }
  const rows = await context.db
    .select()
    .from(people)
    .where(and(...wanted))
    .orderBy(people.id)
    .limit(limit + 1);
  return rows.map((row) => (isBrief ? { ...personView(row), roles: [] } : personView(row)));
}
