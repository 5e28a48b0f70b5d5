/**
 * The state that rows were checked against: the catalogue, identified by its journal, and the site. Every change has a journal
 * row. So if the stored heads still exist and no row about the catalogue follows them, the catalogue is unchanged, and not a
 * restored one.
 */
import { createHash } from "node:crypto";
import { and, eq, gt, inArray } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { journalKinds } from "../../contract/kinds/journal-rows.ts";
import { chainHeads, journal } from "../../storage/schema/journal.ts";

export interface CheckedAgainst {
  heads: { chain: string; revision: number; hash: string }[];
  site: string;
}

/** Kinds that change boxes, their tags and places, reservations of slots, or records. */
const catalogueKinds = journalKinds.filter((kind) => /^(box|tag|relocation)\.|^import\.batch$/.test(kind));

export async function checkedAgainst({ db, layout }: Context): Promise<CheckedAgainst> {
  const { chain, revision, hash } = chainHeads;
  const heads = await db.select({ chain, revision, hash }).from(chainHeads);
  return { heads, site: createHash("sha256").update(JSON.stringify(layout.site)).digest("hex") };
}

/** True if checking the earlier rows again would give the same result. */
export async function isAsItWas(context: Context, before: CheckedAgainst): Promise<boolean> {
  const { db } = context;
  const now = await checkedAgainst(context);
  if (now.site !== before.site) return false;
  for (const head of before.heads) {
    const isHead = and(eq(journal.chain, head.chain), eq(journal.revision, head.revision));
    const [row] = await db.select({ hash: journal.hash }).from(journal).where(isHead);
    if (head.revision > 0 && row?.hash !== head.hash) return false;
  }
  for (const { chain } of now.heads) {
    const revision = before.heads.find((head) => head.chain === chain)?.revision ?? 0;
    const [later] = await db
      .select({ revision: journal.revision })
      .from(journal)
      .where(and(eq(journal.chain, chain), gt(journal.revision, revision), inArray(journal.kind, catalogueKinds)))
      .limit(1);
    if (later) return false;
  }
  return true;
}
