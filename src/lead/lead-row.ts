/** The rows of `leads`: taken for all rooms or none, and looked at, in the database's own time. */
import type { Sql } from "postgres";
import { type Clock, sleep } from "../clock/clock.ts";
import { leaderSession, standbySession } from "../storage/lead-session.ts";
import { leadMs } from "./lead-grant.ts";

/** Who leads, or led last. */
export interface Leader {
  epoch: number;
  holder: string;
  /** Machine and process. */
  name: string;
  /** Where its console is, if it knows. */
  url: string | null;
  takenAtMs: number;
  /** By the database's clock. */
  expiresAtMs: number;
  /** Until it runs out; zero or less: it has. */
  leftMs: number;
}

export interface Candidate {
  rooms: readonly string[];
  /** Names this grant and no other. */
  holder: string;
  name: string;
  url: string | null;
}

/** Who still writes under a lead that ran out has this long to end by himself. */
const blockedMsMax = 300;
const lookEveryMs = 100;

/** Gateways that wait for the lead, by their sessions. */
export async function standbysOf(sql: Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = ${standbySession}`;
  return row?.n ?? 0;
}

/** Null before the first grant of all. */
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
 * All rooms, or null where somebody leads. `sql` needs two connections: a transaction that was begun under the lead that ran
 * out keeps its rows until it ends, and is ended from the other one.
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

/** Who writes under the old lead, and is in the way: a held gateway's transaction, for one. Another taker is waited for. */
async function endBlockers(sql: Sql, clock: Clock, pid: number, isTaking: () => boolean): Promise<void> {
  for (let waitedMs = 0; isTaking(); waitedMs += lookEveryMs) {
    await sleep(clock, lookEveryMs);
    if (waitedMs < blockedMsMax || !isTaking()) continue;
    // Where it may not end them, their own time limit does (idle_in_transaction_session_timeout).
    await sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE pid = ANY (pg_blocking_pids(${pid})) AND application_name LIKE ${`${leaderSession} %`}`.catch(() => {});
  }
}

/** What a held leader had begun outside those rows, a migration for one, must not keep the next one waiting. */
async function endOlder(sql: Sql, epoch: number): Promise<void> {
  await sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND application_name LIKE ${`${leaderSession} %`}
      AND application_name <> ${`${leaderSession} ${epoch}`}`.catch(() => {});
}
