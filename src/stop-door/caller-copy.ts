/**
 * The gateway's list of all who may use STOP's door: all sessions and tokens of the database, updated at once when they change.
 * It is reread at intervals for what another gateway on the same database changed.
 */
import { and, desc, eq, gt, isNull } from "drizzle-orm";
import type { Clock } from "../clock/clock.ts";
import { mayDo } from "../contract/roles.ts";
import type { Asked } from "../people/ask-credentials.ts";
import type { Ended, Sessions } from "../people/sessions.ts";
import type { Db } from "../storage/db.ts";
import { people, sessions as sessionRows, tokens } from "../storage/schema/people.ts";
import type { Caller } from "./messages.ts";

export interface CallerCopy {
  /** Rejects while the database is away. */
  load(): Promise<void>;
  get(hash: string): Caller | null;
  hashes(): Iterable<string>;
  close(): void;
}

export interface CallerCopyDeps {
  db: Db;
  clock: Clock;
  sessions: Pick<Sessions, "onEnded" | "onAsked">;
  onChange(hash: string): void;
  onFailure(error: unknown): void;
}

/** Only the newest are kept; no archive room has more people than that. */
const sessionsMax = 20_000;
const tokensMax = 5_000;
const againMs = 60_000;
/** For a caller whose rights changed: time to read the new ones; without an answer the caller becomes unknown. */
const askedMsMax = 500;
const triesMax = 20;

interface Entry extends Omit<Caller, "leftMs"> {
  personId: string | null;
  tokenId: string | null;
  /** Wall time, as in the row. */
  expiresAtMs: number;
  /** The same end by the monotonic clock, as computed when it was read. */
  endsMonoMs: number;
}

export function callerCopy({ db, clock, sessions, onChange, onFailure }: CallerCopyDeps): CallerCopy {
  const known = new Map<string, Entry>();
  // Lets an older read not undo a later sign-in or sign-out.
  let generation = 0;
  let isClosed = false;

  function put(hash: string, entry: Entry | null): void {
    const before = known.get(hash);
    if (entry ? before && isSame(before, entry) : !before) return;
    generation++;
    if (entry) known.set(hash, entry);
    else known.delete(hash);
    onChange(hash);
  }

  async function load(): Promise<void> {
    for (let tries = 1; ; tries++) {
      const asked = generation;
      const read = await readAll(db, clock);
      if (isClosed) return;
      if (asked !== generation && tries < triesMax) continue;
      for (const [hash, entry] of known) if (!read.has(hash) && !isOverBySetting(entry)) put(hash, null);
      for (const [hash, entry] of read) put(hash, withFirstEnd(known.get(hash), entry));
      return;
    }
  }

  /** Ended by the wall clock alone: its row may be deleted, but the caller may press STOP until it would have ended anyway. */
  const isOverBySetting = ({ expiresAtMs, endsMonoMs }: Entry) =>
    expiresAtMs <= clock.nowMs() && clock.monoMs() < endsMonoMs;

  function drop(matches: (entry: Entry, hash: string) => boolean): void {
    for (const [hash, entry] of known) if (matches(entry, hash)) put(hash, null);
  }

  sessions.onEnded((what: Ended) => {
    generation++;
    if ("sessionHash" in what) return put(what.sessionHash, null);
    if ("tokenId" in what) return drop(({ tokenId }) => tokenId === what.tokenId);
    const { personId, exceptHash } = what;
    const cancel = clock.after(askedMsMax, () =>
      drop((entry, hash) => entry.personId === personId && hash !== exceptHash),
    );
    load().then(cancel, onFailure);
  });
  sessions.onAsked((hash, answer) => {
    const before = known.get(hash);
    if (answer || !before || !isOverBySetting(before)) put(hash, answer && entryOf(answer));
  });

  function again(): void {
    if (isClosed) return;
    load().catch(onFailure);
    cancelAgain = clock.after(againMs, again);
  }
  let cancelAgain = clock.after(againMs, again);

  return {
    load,
    get: (hash) => callerOf(known.get(hash), clock.monoMs()),
    hashes: () => known.keys(),
    close() {
      isClosed = true;
      cancelAgain();
    },
  };
}

const neverEnds = { expiresAtMs: Number.MAX_SAFE_INTEGER, endsMonoMs: Number.MAX_SAFE_INTEGER };

async function readAll(db: Db, clock: Clock): Promise<Map<string, Entry>> {
  const [nowMs, monoMs] = [clock.nowMs(), clock.monoMs()];
  const ofPeople = await db
    .select({ hash: sessionRows.tokenHash, expiresAtMs: sessionRows.expiresAtMs, person: people })
    .from(sessionRows)
    .innerJoin(people, eq(people.id, sessionRows.personId))
    .where(and(gt(sessionRows.expiresAtMs, nowMs), eq(people.isActive, true)))
    .orderBy(desc(sessionRows.lastSeenAtMs))
    .limit(sessionsMax);
  const ofSystems = await db
    .select({ hash: tokens.tokenHash, id: tokens.id, roles: tokens.roles })
    .from(tokens)
    .where(isNull(tokens.revokedAtMs))
    .orderBy(desc(tokens.createdAtMs))
    .limit(tokensMax);
  const all = new Map<string, Entry>();
  for (const { hash, expiresAtMs, person } of ofPeople) {
    const { id, roles, language } = person;
    const mayStop = mayDo(roles, "stop");
    const endsMonoMs = monoMs + expiresAtMs - nowMs;
    all.set(hash, { actor: `person:${id}`, mayStop, expiresAtMs, endsMonoMs, language, personId: id, tokenId: null });
  }
  for (const { hash, id, roles } of ofSystems) {
    const mayStop = mayDo(roles, "stop");
    all.set(hash, { actor: `system:${id}`, mayStop, ...neverEnds, language: null, personId: null, tokenId: id });
  }
  return all;
}

function entryOf({ who, expiresAtMs, endsMonoMs }: Asked): Entry {
  const { actor, roles, person, tokenId } = who;
  const mayStop = mayDo(roles, "stop");
  const ends = { expiresAtMs, endsMonoMs };
  return { actor, mayStop, ...ends, language: person?.language ?? null, personId: person?.id ?? null, tokenId };
}

function callerOf(entry: Entry | undefined, nowMs: number): Caller | null {
  if (!entry) return null;
  const { actor, mayStop, endsMonoMs, language } = entry;
  return { actor, mayStop, leftMs: endsMonoMs - nowMs, language };
}

/** As long as the row's end is the same, its monotonic end stays, whatever the wall clock shows now. */
function withFirstEnd(before: Entry | undefined, entry: Entry): Entry {
  return before?.expiresAtMs === entry.expiresAtMs ? { ...entry, endsMonoMs: before.endsMonoMs } : entry;
}

/** An end that moves by a minute with every use need not be sent each time. */
const expiryNewsMs = 300_000;
function isSame(a: Entry, b: Entry): boolean {
  const isSameEnd = Math.abs(a.endsMonoMs - b.endsMonoMs) < expiryNewsMs;
  return a.actor === b.actor && a.mayStop === b.mayStop && a.language === b.language && isSameEnd;
}
