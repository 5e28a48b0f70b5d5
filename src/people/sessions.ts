/** Who a cookie or a token belongs to. Sessions are opaque: 32 random bytes in the browser, their hash in the database. */
import { and, eq, lt, ne } from "drizzle-orm";
import type { Clock } from "../clock/clock.ts";
import type { Db, Tx } from "../storage/db.ts";
import { sessions } from "../storage/schema/people.ts";
import { type Asked, askSession, askToken, type Entry, type Known, sessionIdleMs } from "./ask-credentials.ts";
import { type Credentials, secretOf } from "./credentials.ts";
import { hashSecret, newSecret, type RandomBytes } from "./secret.ts";

/** How long an answer is believed without asking again; sign-out and deactivation on this node count at once. */
const knownMs = 5_000;
const knownMax = 20_000;

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

export function makeSessions({ db, clock, randomBytes }: { db: Db; clock: Clock; randomBytes: RandomBytes }): Sessions {
  const known = new Map<string, Entry>();
  const listeners: ((what: Ended) => void)[] = [];
  const askedListeners: ((hash: string, answer: Asked | null) => void)[] = [];
  // An answer that was asked for before somebody was forgotten must not be remembered after it.
  let generation = 0;

  /** Stale answers being asked again. */
  const askedBehind = new Set<string>();

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
      const ask = () => (bearer === null ? askSession(db, clock, hash, isActivity) : askToken(db, clock, hash));
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
