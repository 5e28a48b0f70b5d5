/** Motion's own database connection to keep its lead: just one, with short limits, replaced after every failure. */
import { connect, type Socket } from "node:net";
import postgres, { type Sql } from "postgres";
import { addressFinder } from "./find-address.ts";
import type { LeadGrant } from "./lead-grant.ts";
import { checkLead, releaseLead, renewLead } from "./renew-lead.ts";

export interface LeadConnection {
  /** `stopped`: areas that need a reset, stored for the next leader. */
  renew(stopped?: readonly string[]): Promise<"renewed" | "lost">;
  release(stopped: readonly string[]): Promise<void>;
  check(stopped: readonly string[]): Promise<"ours" | "lost">;
  /** The next statement uses another connection. */
  giveUp(): void;
}

/** The server's address, as postgres.js parsed it. */
interface Place {
  host: readonly string[];
  port: readonly number[];
  path: string | false;
}

const connectSecondsMax = 1.5;
const statementMsMax = 1_400;

/** A postgres.js client and its sockets. Once it is over it opens no more sockets, whatever it still wants to send. */
interface Life {
  sql: Sql;
  sockets: Socket[];
  isOver: boolean;
}

export function leadConnection(grant: LeadGrant): LeadConnection {
  const lookup = addressFinder();
  let attempts = 0;
  let life: Life | null = null;

  function open(): Life {
    const opened: Omit<Life, "sql"> = { sockets: [], isOver: false };
    const socketTo = ({ host, port, path }: Place): Socket => {
      if (opened.isOver) throw new Error("this connection was given up");
      const which = attempts++ % host.length;
      const name = host[which] ?? "localhost";
      const tcp = { host: name, port: port[which] ?? 5432, lookup, autoSelectFamily: true };
      const socket = path ? connect({ path }) : connect(tcp);
      opened.sockets = [...opened.sockets.filter(({ destroyed }) => !destroyed), socket];
      // The name that TLS verifies.
      return Object.assign(socket.setNoDelay(true), { host: name });
    };
    const sql = postgres(grant.databaseUrl, {
      max: 1,
      connect_timeout: connectSecondsMax,
      // It sends a query every second for as long as it lives.
      max_lifetime: null,
      fetch_types: false,
      connection: { application_name: "guiwei motion", statement_timeout: statementMsMax, TimeZone: "UTC" },
      onnotice: () => {},
      socket: socketTo,
    } as postgres.Options<Record<string, never>>);
    return Object.assign(opened, { sql });
  }

  function giveUp(): void {
    const old = life;
    life = null;
    if (!old) return;
    old.isOver = true;
    // On a network that swallows packets each socket would last for a quarter of an hour. postgres.js's `end` is not used: it
    // would send a goodbye, which on a dead TLS socket raises an error that nobody handles.
    for (const socket of old.sockets) socket.destroy();
  }

  async function ask<T>(statement: (sql: Sql) => Promise<T>): Promise<T> {
    life ??= open();
    const mine = life;
    try {
      return await statement(mine.sql);
    } catch (error) {
      if (life === mine) giveUp();
      throw error;
    }
  }

  return {
    renew: (stopped) => ask((sql) => renewLead(sql, grant, stopped)),
    release: (stopped) => ask((sql) => releaseLead(sql, grant, stopped)),
    check: (stopped) => ask((sql) => checkLead(sql, grant, stopped)),
    giveUp,
  };
}
