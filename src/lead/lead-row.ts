/** The rows of `leads`: taken for all rooms or none, and read, in the database's own time. */
import type { Sql } from "postgres";
import { type Clock, sleep } from "../clock/clock.ts";
import { leaderSession, standbySession } from "../storage/lead-session.ts";
import { leadMs } from "./lead-grant.ts";

/** The present or last leader. */
export interface Leader {
  epoch: number;
  holder: string;
  /** Machine and process. */
  name: string;
  /** The address of its console, if known. */
  url: string | null;
  takenAtMs: number;
  /** By the database's clock. */
  expiresAtMs: number;
  /** Time until it runs out; zero or less: it has run out. */
  leftMs: number;
}

export interface Candidate {
  rooms: readonly string[];
  /** Identifies this grant and no other. */
  holder: string;
  name: string;
  url: string | null;
}

/** Time given to a transaction of an expired lead to end by itself. */
const blockedMsMax = 300;
const lookEveryMs = 100;

/** Number of gateways that wait for the lead, counted by their database sessions. */
export async function standbysOf(sql: Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = ${standbySession}`;
  return row?.n ?? 0;
}

/** Null before the very first grant. */
export async function leadOf(sql: Sql): Promise<Leader | null> {
  const [row] = await sql<LeaderRow[]>`
    SELECT epoch::text, holder, holder_name, url, extract(epoch FROM taken_at)::float8 AS taken_at_s,
      extract(epoch FROM expires_at)::float8 AS expires_at_s,
      extract(epoch FROM expires_at - clock_timestamp())::float8 AS left_s
    FROM leads ORDER BY epoch DESC, expires_at DESC LIMIT 1`;
  if (!row) return null;
  const { holder, holder_name: name, url, taken_at_s, expires_at_s, left_s } = row;
  return {
    ...{ epoch: Number(row.epoch), holder, name, url },
    takenAtMs: Math.round(taken_at_s * 1000),
    expiresAtMs: Math.round(expires_at_s * 1000),
    leftMs: Math.round(left_s * 1000),
  };
}

interface LeaderRow {
  epoch: string;
  holder: string;
  holder_name: string;
  url: string | null;
  taken_at_s: number;
  expires_at_s: number;
  left_s: number;
}

/**
 * Takes all rooms, or returns null if another gateway leads. `sql` needs two connections: a transaction begun under the expired
 * lead keeps its rows locked until it ends, and the second connection ends it.
 */
export async function takeLead(
  sql: Sql,
  { rooms, holder, name, url }: Candidate,
  clock: Clock,
): Promise<number | null> {
  const own = await sql.reserve();
  try {
    const [self] = await own<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    let isTaking = true;
    const ending = endBlockers(sql, clock, self?.pid ?? 0, () => isTaking);
    const [row] = await own<{ epoch: string | null }[]>`
      SELECT guiwei_take_lead(${rooms as string[]}::text[], ${holder}, ${name}, ${url}, ${leadMs})::text AS epoch`.finally(
      () => {
        isTaking = false;
      },
    );
    await ending;
    if (!row?.epoch) return null;
    const epoch = Number(row.epoch);
    await endOlder(sql, epoch);
    return epoch;
  } finally {
    own.release();
  }
}

/** Ends transactions under the old lead that block this one, e.g. of a held gateway. Another taker is waited for. */
async function endBlockers(sql: Sql, clock: Clock, pid: number, isTaking: () => boolean): Promise<void> {
  for (let waitedMs = 0; isTaking(); waitedMs += lookEveryMs) {
    await sleep(clock, lookEveryMs);
    if (waitedMs < blockedMsMax || !isTaking()) continue;
    // Without the right to end them, their own time limit does (idle_in_transaction_session_timeout).
    await sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE pid = ANY (pg_blocking_pids(${pid})) AND application_name LIKE ${`${leaderSession} %`}`.catch(() => {});
  }
}

/** Other work of a held leader, e.g. a migration, must not keep the next one waiting. */
async function endOlder(sql: Sql, epoch: number): Promise<void> {
  await sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND application_name LIKE ${`${leaderSession} %`}
      AND application_name <> ${`${leaderSession} ${epoch}`}`.catch(() => {});
}
