/** The chains of the journal that a console follows. */
import { inArray } from "drizzle-orm";
import { siteChain } from "../contract/journal.ts";
import { mayDo } from "../contract/roles.ts";
import type { Known } from "../people/ask-credentials.ts";
import type { Db } from "../storage/db.ts";
import { chainHeads } from "../storage/schema/journal.ts";
import type { LiveSocket } from "./live-socket.ts";

const chainsFollowedMax = 50;

/** Joins first, then reads the heads, so that no row is missed in between. */
export async function followChains(db: Db, socket: LiveSocket, request: unknown, answer: unknown): Promise<void> {
  const asked = (request as { chains?: unknown } | null)?.chains;
  if (!Array.isArray(asked) || typeof answer !== "function") return;
  const chains = asked
    .slice(0, chainsFollowedMax)
    .filter((chain): chain is string => typeof chain === "string" && mayFollow(socket.data.who, chain));
  for (const room of socket.rooms) if (room !== socket.id && !chains.includes(room)) await socket.leave(room);
  await socket.join(chains);
  const heads = chains.length > 0 ? await db.select().from(chainHeads).where(inArray(chainHeads.chain, chains)) : [];
  const known = new Map(heads.map((head) => [head.chain, head.revision]));
  answer(Object.fromEntries(chains.map((chain) => [chain, known.get(chain) ?? 0])));
}

function mayFollow(who: Known, chain: string): boolean {
  if (chain === siteChain) return mayDo(who.roles, "audit");
  return chain.startsWith("room:") && mayDo(who.roles, "look");
}
