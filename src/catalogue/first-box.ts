import { and, arrayOverlaps, eq, isNotNull, isNull } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { FirstBoxView } from "../contract/catalogue.ts";
import { mayDo, roles } from "../contract/roles.ts";
import { boxes, tags } from "../storage/schema/catalogue.ts";
import { journal } from "../storage/schema/journal.ts";
import { people } from "../storage/schema/people.ts";

/** Roles that may put a box into a slot and open the aisle for it: an administrator alone may do neither. */
const shelfRoles = roles.filter((role) => mayDo([role], "lend") && mayDo([role], "move"));

/** Which steps between a fresh installation and the first box found are done. */
export async function firstBox({ db, layout }: Context): Promise<FirstBoxView> {
  const [oldest] = await db
    .select({ id: boxes.id, barcode: boxes.barcode })
    .from(boxes)
    .where(isNull(boxes.withdrawnAtMs))
    .orderBy(boxes.id)
    .limit(1);
  const placed = db.select({ id: boxes.id }).from(boxes).where(eq(boxes.place, "slot")).limit(1);
  const tagged = db.select({ id: tags.id }).from(tags).where(isNull(tags.unboundAtMs)).limit(1);
  const shown = db.select({ kind: journal.kind }).from(journal).where(eq(journal.kind, "slot.lit")).limit(1);
  const staff = db
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.isActive, true), isNotNull(people.passwordHash), arrayOverlaps(people.roles, [...shelfRoles])))
    .limit(1);
  return {
    slots: layout.slotById.size,
    hasStaff: await isAny(staff),
    box: oldest ?? null,
    hasTag: await isAny(tagged),
    isPlaced: await isAny(placed),
    isShown: await isAny(shown),
  };
}

async function isAny(rows: PromiseLike<readonly unknown[]>): Promise<boolean> {
  return (await rows).length > 0;
}
