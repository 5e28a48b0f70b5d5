/** Who a cookie or a token belongs to. Sessions are opaque: 32 random bytes in the browser, their hash in the database. */
import { and, eq, gt, isNull, lt, ne } from "drizzle-orm";
import type { Clock } from "../clock/clock.ts";
import type { Who } from "../http/route.ts";
import type { Db, Tx } from "../storage/db.ts";
import { people, sessions, tokens } from "../storage/schema/people.ts";
import { type Credentials, secretOf } from "./credentials.ts";
import { personView } from "./person-view.ts";
import { hashSecret, newSecret, type RandomBytes } from "./secret.ts";

export const sessionIdleMs = 12 * 3_600_000;
export const sessionAgeMsMax = 7 * 24 * 3_600_000;
/** How long an answer is believed without asking again; sign-out and deactivation on this node count at once. */
const knownMs = 5_000;
const knownMax = 20_000;
/** Last-seen is written this often at most. */
const seenEveryMs = 60_000;

export interface Known extends Who {
  /** Hash of the session's cookie; null for a token. */
  sessionHash: string | null;
  tokenId: string | null;
}

export type Ended = { sessionHash: string } | { personId: string; exceptHash: string | null } | { tokenId: string };

export interface Sessions {
  /** Null when nobody is signed in so. `staleOk`: the last answer counts at once and is asked again behind it (STOP waits for no database). */
  whoIs(credentials: Credentials, options?: { staleOk?: boolean; isActivity?: boolean }): Promise<Known | null>;
  /** Who was known a moment ago, without asking anybody: enough to say whose budget a request is of, never what it may do. */
  recall(credentials: Credentials): Known | null;
  /** A new session inside the caller's transaction; the secret goes into the cookie. */
  start(tx: Tx, personId: string, atMs: number): Promise<string>;
  /** Ends a session; false when it was over. */
  end(tx: Tx, sessionHash: string): Promise<boolean>;
  endAllOf(tx: Tx, personId: string, exceptHash: string | null): Promise<void>;
  /** After commit: forget what is known, tell the live feed. */
  ended(what: Ended): void;
  /** A person's roles or language changed: ask again, but let the session live. */
  forget(personId: string): void;
  onEnded(listener: (what: Ended) => void): void;
  /** Whatever the database said of a session or token, by its hash; null: it is over. */
  onAsked(listener: (hash: string, answer: Asked | null) => void): void;
  /** Deletes sessions that are over. */
  sweep(): Promise<void>;
}

export interface Asked {
  who: Known;
  expiresAtMs: number;
  /** The same end as it was told, on the clock that nobody sets. */
  endsMonoMs: number;
}

interface Entry extends Asked {
  askedAtMs: number;
}

export function makeSessions({ db, clock, randomBytes }: { db: Db; clock: Clock; randomBytes: RandomBytes }): Sessions {
  const known = new Map<string, Entry>();
  const listeners: ((what: Ended) => void)[] = [];
  const askedListeners: ((hash: string, answer: Asked | null) => void)[] = [];
  // An answer that was asked for before somebody was forgotten must not be remembered after it.
  let generation = 0;

  /** Stale answers being asked again. */
  const askedBehind = new Set<string>();

  async function askSession(hash: string, isActivity: boolean): Promise<Entry | null> {
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

  async function askToken(hash: string): Promise<Entry | null> {
    const [row] = await db
      .select()
      .from(tokens)
      .where(and(eq(tokens.tokenHash, hash), isNull(tokens.revokedAtMs)));
    if (!row) return null;
    const who = { actor: `system:${row.id}`, roles: row.roles, person: null, sessionHash: null, tokenId: row.id };
    const never = Number.MAX_SAFE_INTEGER;
    return { who, askedAtMs: clock.monoMs(), expiresAtMs: never, endsMonoMs: never };
  }

  /** Over by the wall clock alone, which was set: enough to stop what moves, and for nothing else. */
  const isOverBySetting = ({ expiresAtMs, endsMonoMs }: Entry) =>
    expiresAtMs <= clock.nowMs() && clock.monoMs() < endsMonoMs;

  async function refresh(hash: string, ask: () => Promise<Entry | null>): Promise<Entry | null> {
    const asked = generation;
    const fresh = await ask();
    const before = known.get(hash);
    if (!fresh && before && isOverBySetting(before)) return null;
    known.delete(hash);
    // Somebody was forgotten meanwhile: an answer that says "gone" holds all the same.
    if (asked === generation || !fresh) for (const listener of askedListeners) listener(hash, fresh);
    if (!fresh) return null;
    if (asked === generation) {
      known.set(hash, fresh);
      const oldest = known.size > knownMax ? known.keys().next() : null;
      if (oldest && !oldest.done) known.delete(oldest.value);
    }
    return fresh;
  }

  function forgetWhere(matches: (who: Known) => boolean): void {
    generation++;
    for (const [hash, entry] of known) if (matches(entry.who)) known.delete(hash);
  }

  return {
    recall(credentials) {
      const { secret } = secretOf(credentials);
      const entry = secret === null ? undefined : known.get(hashSecret(secret));
      return entry && entry.expiresAtMs > clock.nowMs() ? entry.who : null;
    },
    async whoIs(credentials, { staleOk = false, isActivity = true } = {}) {
      const { secret, bearer } = secretOf(credentials);
      if (secret === null) return null;
      const hash = hashSecret(secret);
      const ask = () => (bearer === null ? askSession(hash, isActivity) : askToken(hash));
      const nowMs = clock.nowMs();
      const entry = known.get(hash);
      if (staleOk && entry && isOverBySetting(entry)) return entry.who;
      if (!entry || entry.expiresAtMs <= nowMs) return (await refresh(hash, ask))?.who ?? null;
      if (clock.monoMs() - entry.askedAtMs < knownMs) return entry.who;
      if (!staleOk) return (await refresh(hash, ask))?.who ?? null;
      if (!askedBehind.has(hash)) {
        askedBehind.add(hash);
        // A database that is away leaves the answer as it was.
        refresh(hash, ask)
          .catch(() => {})
          .finally(() => askedBehind.delete(hash));
      }
      return entry.who;
    },
    async start(tx, personId, atMs) {
      const secret = newSecret(randomBytes);
      const times = { createdAtMs: atMs, lastSeenAtMs: atMs, expiresAtMs: atMs + sessionIdleMs };
      await tx.insert(sessions).values({ tokenHash: hashSecret(secret), personId, ...times });
      return secret;
    },
    async end(tx, sessionHash) {
      const gone = await tx
        .delete(sessions)
        .where(eq(sessions.tokenHash, sessionHash))
        .returning({ id: sessions.personId });
      return gone.length > 0;
    },
    async endAllOf(tx, personId, exceptHash) {
      await tx.delete(sessions).where(and(eq(sessions.personId, personId), ne(sessions.tokenHash, exceptHash ?? "")));
    },
    ended(what) {
      forgetWhere((who) =>
        "sessionHash" in what
          ? who.sessionHash === what.sessionHash
          : "tokenId" in what
            ? who.tokenId === what.tokenId
            : who.person?.id === what.personId && who.sessionHash !== what.exceptHash,
      );
      for (const listener of listeners) listener(what);
    },
    forget: (personId) => forgetWhere((who) => who.person?.id === personId),
    onEnded: (listener) => void listeners.push(listener),
    onAsked: (listener) => void askedListeners.push(listener),
    async sweep() {
      await db.delete(sessions).where(lt(sessions.expiresAtMs, clock.nowMs()));
    },
  };
}
