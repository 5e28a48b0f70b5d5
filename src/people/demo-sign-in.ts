import { and, eq } from "drizzle-orm";
import { Refusal } from "../contract/errors.ts";
import type { Person } from "../contract/people.ts";
import { people } from "../storage/schema/people.ts";
import type { PeopleDeps } from "./deps.ts";
import { useCode } from "./one-time-codes.ts";
import { personView } from "./person-view.ts";
import { startSession } from "./sign-in.ts";

/** Signs in with the demo's link, which works once. */
export async function demoSignIn(
  deps: PeopleDeps,
  code: string,
  address: string,
  formerHash: string | null,
): Promise<{ secret: string; person: Person }> {
  const { context } = deps;
  const used = await context.db.transaction((tx) => useCode(tx, "demo-sign-in", code, context.clock.nowMs()));
  if (!used?.personId) throw new Refusal("demo-code-used");
  const [row] = await context.db
    .select()
    .from(people)
    .where(and(eq(people.id, used.personId), eq(people.isActive, true)));
  if (!row) throw new Refusal("demo-code-used");
  const secret = await startSession(deps, row.id, formerHash, { by: "demo-link", address });
  return { secret, person: personView(row) };
}
