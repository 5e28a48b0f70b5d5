/** Counts refused sign-ins with a person's login until that person has seen them: somebody may be guessing the password. */
import { and, eq, gt, sql } from "drizzle-orm";
import type { RefusedSignIns } from "../contract/people.ts";
import type { Db } from "../storage/db.ts";
import { journal } from "../storage/schema/journal.ts";
import { signInLimits } from "./sign-in-limit.ts";

const peopleMax = 5_000;
const addressesMax = 50;
const addressesShownMax = 3;
/** Open consoles are told at every this many, so that a flood of guesses causes no flood of messages. */
const tellEvery = 10;

interface FromAddress {
  count: number;
  lastAtMs: number;
}

export interface RefusedSignInBook {
  /** `personId`: null where the login was not looked up; the try counts if the login was somebody's before. */
  note(login: string, personId: string | null, address: string, atMs: number): void;
  /** A person's own typing errors are no news: forgets those from the address where the right password came next. */
  signedIn(personId: string, address: string): void;
  /** Loads the count from the journal since the last sign-in: a restart of the gateway must not hide it. */
  load(db: Db, personId: string): Promise<void>;
  of(personId: string): RefusedSignIns | null;
  seen(personId: string): void;
}

export function makeRefusedSignIns(onTold: (personId: string) => void): RefusedSignInBook {
  const book = new Map<string, Map<string, FromAddress>>();
  const personOf = new Map<string, string>();

  function put(personId: string, address: string, { count, lastAtMs }: FromAddress): void {
    const from = book.get(personId) ?? new Map<string, FromAddress>();
    book.set(personId, from);
    const oldest = book.size > peopleMax ? book.keys().next() : null;
    if (oldest && !oldest.done) book.delete(oldest.value);
    // Beyond this many addresses, further ones share a key: the number of tries stays right.
    const key = from.has(address) || from.size < addressesMax ? address : "…";
    const known = from.get(key);
    from.set(key, { count: (known?.count ?? 0) + count, lastAtMs: Math.max(known?.lastAtMs ?? 0, lastAtMs) });
  }

  return {
    note(login, personId, address, atMs) {
      const name = login.toLowerCase();
      if (personId !== null) personOf.set(name, personId);
      const whose = personOf.get(name);
      if (whose === undefined) return;
      put(whose, address, { count: 1, lastAtMs: atMs });
      const count = [...(book.get(whose)?.values() ?? [])].reduce((sum, one) => sum + one.count, 0);
      if (count % tellEvery === signInLimits.freeTries) onTold(whose);
    },
    signedIn(personId, address) {
      const from = book.get(personId);
      if ((from?.get(address)?.count ?? 0) <= signInLimits.freeTries) from?.delete(address);
      if (from?.size === 0) book.delete(personId);
    },
    async load(db, personId) {
      if (book.has(personId)) return;
      const subject = `person:${personId}`;
      const address = sql<string>`coalesce(${journal.body}->>'address', '')`;
      const before = sql`(select coalesce(max(at_ms), 0) from journal where subject = ${subject} and kind = 'person.signed-in')`;
      const rows = await db
        .select({ address, count: sql<number>`count(*)::int`, lastAtMs: sql<string>`max(${journal.atMs})` })
        .from(journal)
        .where(and(eq(journal.subject, subject), eq(journal.kind, "person.sign-in-refused"), gt(journal.atMs, before)))
        .groupBy(address)
        .limit(addressesMax);
      if (!book.has(personId))
        for (const row of rows) put(personId, row.address, { count: row.count, lastAtMs: Number(row.lastAtMs) });
    },
    of(personId) {
      const from = [...(book.get(personId) ?? [])].sort(([, a], [, b]) => b.lastAtMs - a.lastAtMs);
      const [newest] = from;
      if (!newest) return null;
      const count = from.reduce((sum, [, one]) => sum + one.count, 0);
      return { count, lastAtMs: newest[1].lastAtMs, addresses: from.slice(0, addressesShownMax).map(([at]) => at) };
    },
    seen: (personId) => void book.delete(personId),
  };
}
