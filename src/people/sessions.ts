/** Finds the owner of a cookie or token. Sessions are opaque: 32 random bytes in the browser, their hash in the database. */
import { and, eq, lt, ne } from "drizzle-orm";
import type { Clock } from "../clock/clock.ts";
import type { Db, Tx } from "../storage/db.ts";
import { sessions } from "../storage/schema/people.ts";
import { type Asked, askSession, askToken, type Known, sessionIdleMs } from "./ask-credentials.ts";
import { type Credentials, secretOf } from "./credentials.ts";
import { knownBook } from "./known-book.ts";
import { hashSecret, newSecret, type RandomBytes } from "./secret.ts";

/** How long an answer is used without asking again; sign-out and deactivation at this gateway count at once. */
const knownMs = 5_000;

export type Ended = { sessionHash: string } | { personId: string; exceptHash: string | null } | { tokenId: string };

export interface Sessions {
  /**
   * Null for invalid credentials. `staleOk`: the last answer counts at once and is checked afterwards (STOP waits for no
   * database).
   */
  whoIs(credentials: Credentials, options?: { staleOk?: boolean; isActivity?: boolean }): Promise<Known | null>;
  /** The last known answer, without asking the database: enough to choose a rate limit, never to grant a right. */
  recall(credentials: Credentials): Known | null;
  /** Starts a session inside the caller's transaction; the secret goes into the cookie. */
  start(tx: Tx, personId: string, atMs: number): Promise<string>;
  /** Ends a session; false when it had ended before. */
  end(tx: Tx, sessionHash: string): Promise<boolean>;
  endAllOf(tx: Tx, personId: string, exceptHash: string | null): Promise<void>;
  /** Call after commit: forgets the session and tells the live feed. */
  ended(what: Ended): void;
  /** A person's roles or language changed: look them up again, but keep the session. */
  forget(personId: string): void;
  onEnded(listener: (what: Ended) => void): void;
  /** Called with every answer of the database about a session or token, by its hash; null: it has ended. */
  onAsked(listener: (hash: string, answer: Asked | null) => void): void;
  /** Deletes sessions that have ended. */
  sweep(): Promise<void>;
}

export function makeSessions({ db, clock, randomBytes }: { db: Db; clock: Clock; randomBytes: RandomBytes }): Sessions {
  const listeners: ((what: Ended) => void)[] = [];
  const askedListeners: ((hash: string, answer: Asked | null) => void)[] = [];
  const known = knownBook(clock, (hash, answer) => {
    for (const listener of askedListeners) listener(hash, answer);
  });
  /** Stale answers that are being checked again. */
  const askedBehind = new Set<string>();

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
      if (staleOk && entry && known.isOverBySetting(entry)) return entry.who;
      if (!entry || entry.expiresAtMs <= nowMs) return (await known.refresh(hash, ask))?.who ?? null;
      if (clock.monoMs() - entry.askedAtMs < knownMs) return entry.who;
      if (!staleOk) return (await known.refresh(hash, ask))?.who ?? null;
      if (!askedBehind.has(hash)) {
        askedBehind.add(hash);
        // If the database is away, the answer stays as it was.
        void known
          .refresh(hash, ask)
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
      known.forgetWhere((who) =>
        "sessionHash" in what
          ? who.sessionHash === what.sessionHash
          : "tokenId" in what
            ? who.tokenId === what.tokenId
            : who.person?.id === what.personId && who.sessionHash !== what.exceptHash,
      );
      for (const listener of listeners) listener(what);
    },
    forget: (personId) => known.forgetWhere((who) => who.person?.id === personId),
    onEnded: (listener) => void listeners.push(listener),
    onAsked: (listener) => void askedListeners.push(listener),
    async sweep() {
      await db.delete(sessions).where(lt(sessions.expiresAtMs, clock.nowMs()));
    },
  };
}
