/** Looks up a session or a token by its hash in the database; null: it has ended. */
import { and, eq, gt, isNull } from "drizzle-orm";
import type { Clock } from "../clock/clock.ts";
import type { Who } from "../http/route.ts";
import type { Db } from "../storage/db.ts";
import { people, sessions, tokens } from "../storage/schema/people.ts";
import { personView } from "./person-view.ts";

export const sessionIdleMs = 12 * 3_600_000;
export const sessionAgeMsMax = 7 * 24 * 3_600_000;
/** Last-seen is written at most this often. */
const seenEveryMs = 60_000;

export interface Known extends Who {
  /** Hash of the session's cookie; null for a token. */
  sessionHash: string | null;
  tokenId: string | null;
}

export interface Asked {
  who: Known;
  expiresAtMs: number;
  /** The same end as a moment of the monotonic clock, taken when the database answered. */
  endsMonoMs: number;
}

export interface Entry extends Asked {
  askedAtMs: number;
}

export async function askSession(db: Db, clock: Clock, hash: string, isActivity: boolean): Promise<Entry | null> {
  const nowMs = clock.nowMs();
  const [row] = await db
    .select({ person: people, session: sessions })
    .from(sessions)
    .innerJoin(people, eq(people.id, sessions.personId))
    .where(and(eq(sessions.tokenHash, hash), gt(sessions.expiresAtMs, nowMs), eq(people.isActive, true)));
  if (!row) return null;
  let { expiresAtMs } = row.session;
  if (isActivity && nowMs - row.session.lastSeenAtMs >= seenEveryMs) {
    expiresAtMs = Math.min(row.session.createdAtMs + sessionAgeMsMax, nowMs + sessionIdleMs);
    await db.update(sessions).set({ lastSeenAtMs: nowMs, expiresAtMs }).where(eq(sessions.tokenHash, hash));
  }
  const person = personView(row.person);
  const who = { actor: `person:${person.id}`, roles: person.roles, person, sessionHash: hash, tokenId: null };
  const askedAtMs = clock.monoMs();
  return { who, askedAtMs, expiresAtMs, endsMonoMs: askedAtMs + expiresAtMs - nowMs };
}

export async function askToken(db: Db, clock: Clock, hash: string): Promise<Entry | null> {
  const [row] = await db
    .select()
    .from(tokens)
    .where(and(eq(tokens.tokenHash, hash), isNull(tokens.revokedAtMs)));
  if (!row) return null;
  const who = { actor: `system:${row.id}`, roles: row.roles, person: null, sessionHash: null, tokenId: row.id };
  const never = Number.MAX_SAFE_INTEGER;
  return { who, askedAtMs: clock.monoMs(), expiresAtMs: never, endsMonoMs: never };
}
