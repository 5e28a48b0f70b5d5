import { drizzle } from "drizzle-orm/postgres-js";
import postgres, { type Sql } from "postgres";
import { type Clock, systemClock } from "../clock/clock.ts";
import { messageOf } from "../contract/told-error.ts";
import { DatabaseError, sqlStateOf } from "./database-error.ts";
import type { Db } from "./db.ts";
import { diskFaultOf, stoppedBecause } from "./disk-fault.ts";
import type { Engine } from "./engine/engine.ts";
import { putInLanes } from "./engine/first-lane.ts";
import { type FolderEngine, type FolderEngineOptions, startFolderEngine } from "./engine/folder-engine.ts";
import { type FolderLock, lockFolder, lockRefreshMs } from "./engine/folder-lock.ts";
import { type MemoryEngine, startMemoryEngine } from "./engine/memory-engine.ts";
import { WireSocket } from "./engine/wire-socket.ts";
import { guardOuterUse } from "./guard-outer-use.ts";
import { type LeadSession, leadSettings, refuseUnguarded } from "./lead-session.ts";
import * as schema from "./schema/index.ts";
import { startUpkeep, type UpkeepListener } from "./upkeep.ts";

export interface Database {
  db: Db;
  sql: Sql;
  engine: "postgres" | "embedded" | "memory";
  /** The server's own version text, "15.13". */
  serverVersion: string;
  /** The embedded engine, for its counters. */
  folder?: FolderEngine;
  /** Why the embedded engine stopped for good, if it has; once its disk is repaired a new start may succeed. */
  stopped?(): Error | null;
  /** Sets the listener for the embedded engine's upkeep; a server does its own. */
  followUpkeep?(listener: UpkeepListener): void;
  /** The engine in memory, for its dump. */
  memory?: MemoryEngine;
  /** Address of the server with its password, for a process of our own; must never be logged. */
  url?: string;
  close(): Promise<void>;
}

export interface PostgresPlace {
  /** postgres://user:password@host:port/database */
  url: string;
  connectionsMax?: number;
  /** Left out by a command, which writes under no lead. */
  lead?: LeadSession;
}

export interface FolderPlace extends FolderEngineOptions {
  dataDir: string;
  clock?: Clock;
  /** Called when the folder's lock has to be watched before the database is opened. */
  say?(line: string): void;
}

export interface MemoryPlace {
  memory: true;
  /** A dumped data folder (tar) to start from. */
  from?: Blob;
}

export type DatabasePlace = PostgresPlace | FolderPlace | MemoryPlace;

const oldestServer = 150000;
const connectTimeoutSeconds = 10;
const closeTimeoutSeconds = 5;
const announceEveryMs = 2_000;

/** Settings of every session. PGlite cannot interrupt a statement, so there the timeout has no effect. */
const sessionSettings = {
  application_name: "guiwei",
  TimeZone: "UTC",
  DateStyle: "ISO, MDY",
  statement_timeout: 60_000,
  idle_in_transaction_session_timeout: 60_000,
  // Our statements are short, while compiling one takes 200 ms and more and starting workers several. Both are chosen by the
  // estimated cost alone, which the high stated cost of the bigram function raises.
  jit: "off",
  // A string, because postgres.js leaves out falsy settings.
  max_parallel_workers_per_gather: "0",
};

/** Opens the gateway's one database: a PostgreSQL 15–18 server, an embedded one in a data folder, or one in memory. */
export function openDatabase(place: DatabasePlace): Promise<Database> {
  if ("url" in place) return openPostgres(place);
  if ("dataDir" in place) return openFolder(place);
  return openMemory(place);
}

async function openPostgres(place: PostgresPlace): Promise<Database> {
  let client: Sql;
  try {
    client = postgres(place.url, {
      max: place.connectionsMax ?? 10,
      connect_timeout: connectTimeoutSeconds,
      // A leader recognises a waiting standby by its sessions, so they must stay.
      ...(place.lead === "standby" ? { max_lifetime: null } : {}),
      connection: { ...sessionSettings, ...leadSettings(place.lead) },
      onnotice: () => {},
    });
  } catch (error) {
    throw new DatabaseError(
      "database-unreachable",
      "DATABASE_URL is not a PostgreSQL address (postgres://user:password@host:5432/name).",
      error,
    );
  }
  try {
    await refuseUnguarded(client, place.lead);
    const stopAnnouncing = place.lead === "standby" ? announce(client, systemClock()) : () => {};
    const database = await wrap("postgres", client, () => {
      stopAnnouncing();
      return client.end({ timeout: closeTimeoutSeconds });
    });
    return { ...database, url: place.url };
  } catch (error) {
    await client.end({ timeout: 0 });
    throw plainly(error, client);
  }
}

/** Reconnects a standby after its connection ended for any reason: no query may need it for hours. */
function announce(client: Sql, clock: Clock): () => void {
  let isOver = false;
  const again = () => clock.after(announceEveryMs, ask);
  function ask(): void {
    void client`SELECT 1`
      .catch(() => {})
      .finally(() => {
        if (!isOver) cancel = again();
      });
  }
  let cancel = again();
  return () => {
    isOver = true;
    cancel();
  };
}

async function openFolder(place: FolderPlace): Promise<Database> {
  const clock = place.clock ?? systemClock();
  const lock = await lockFolder(place.dataDir, clock, place.say ? { say: place.say } : {}).catch((error: Error) => {
    throw diskFaultOf(error) ? stoppedBecause(place.dataDir, error, true) : error;
  });
  let engine: FolderEngine;
  let stopped: Error | null = null;
  const onStopped = (error: Error) => {
    stopped = stoppedBecause(place.dataDir, error, false);
    place.onStopped?.(stopped);
  };
  try {
    engine = await startFolderEngine(place.dataDir, { ...place, onStopped });
  } catch (error) {
    lock.release();
    throw stoppedBecause(place.dataDir, error as Error, true);
  }
  const stopRefreshing = keepLock(lock, clock, engine);
  const client = embeddedClient(engine);
  let listener: UpkeepListener | null = null;
  const stopUpkeep = startUpkeep(client, clock, {
    done: () => listener?.done(),
    failed: (error) => listener?.failed(error),
  });
  try {
    const database = await wrap("embedded", client, async () => {
      try {
        await stopUpkeep();
        await client.end({ timeout: closeTimeoutSeconds });
      } finally {
        stopRefreshing();
        // Fails if the engine had stopped; its thread is gone then as well.
        await engine.close().finally(() => lock.release());
      }
    });
    const followUpkeep = (now: UpkeepListener) => {
      listener = now;
    };
    return { ...database, folder: engine, stopped: () => stopped, followUpkeep };
  } catch (error) {
    await stopUpkeep();
    stopRefreshing();
    await engine.close().catch(() => {});
    lock.release();
    throw error;
  }
}

async function openMemory(place: MemoryPlace): Promise<Database> {
  const engine = await startMemoryEngine(place.from);
  const client = embeddedClient(engine);
  const database = await wrap("memory", client, async () => {
    await client.end({ timeout: closeTimeoutSeconds });
    await engine.close();
  });
  return { ...database, memory: engine };
}

/** One connection for ever: the embedded engine has one backend, and a new link would lose its prepared statements. */
function embeddedClient(engine: Engine): Sql {
  const client = postgres({
    host: "embedded",
    user: "postgres",
    database: "postgres",
    max: 1,
    max_lifetime: null,
    connection: sessionSettings,
    onnotice: () => {},
    // postgres.js passes its own socket option on to net; a Duplex is sufficient.
    socket: () => new WireSocket(engine),
  } as postgres.Options<Record<string, never>>);
  putInLanes(client);
  return client;
}

async function wrap(engine: Database["engine"], client: Sql, close: () => Promise<void>): Promise<Database> {
  const [row] = await client<{ number: string; version: string }[]>`
    SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version`;
  const serverVersion = row?.version.split(" ")[0] ?? "";
  if (Number(row?.number) < oldestServer)
    throw new DatabaseError(
      "database-too-old",
      `PostgreSQL ${serverVersion} is too old: Guiwei needs version 15 or newer.`,
    );
  guardOuterUse(client);
  const db = drizzle({ client, schema }) as Db;
  let closing: Promise<void> | null = null;
  return {
    db,
    sql: client,
    engine,
    serverVersion,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function keepLock(lock: FolderLock, clock: Clock, engine: FolderEngine): () => void {
  let cancel = () => {};
  const plan = () => {
    cancel = clock.after(lockRefreshMs, () => {
      try {
        lock.refresh();
        plan();
      } catch (error) {
        // Another program writes to the folder: every further write of ours would destroy something.
        engine.stop(error as Error);
      }
    });
  };
  plan();
  return () => cancel();
}

/** Why a server could not be used, without the password in its address. */
function plainly(error: unknown, client: Sql): unknown {
  if (error instanceof DatabaseError) return error;
  const { host, port, database, user } = client.options;
  const where = `${host.join(",")}:${port.join(",")}`;
  const state = sqlStateOf(error);
  if (state?.startsWith("28"))
    return new DatabaseError(
      "database-refused",
      `PostgreSQL at ${where} refused user ${user}: wrong password or no right to log in.`,
      error,
    );
  if (state === "3D000")
    return new DatabaseError(
      "database-refused",
      `PostgreSQL at ${where} has no database "${database}": create it first.`,
      error,
    );
  if (state?.startsWith("57") || state?.startsWith("53") || state === null)
    return new DatabaseError(
      "database-unreachable",
      `PostgreSQL at ${where} does not answer: ${reason(error)}.`,
      error,
    );
  return error;
}

function reason(error: unknown): string {
  return messageOf(error) || (error as { code?: string }).code || String(error);
}
