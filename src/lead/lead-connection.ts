/** The connection of its own over which motion keeps its lead: one, with short limits, made anew whenever it failed. */
import { connect, type Socket } from "node:net";
import postgres, { type Sql } from "postgres";
import { addressFinder } from "./find-address.ts";
import type { LeadGrant } from "./lead-grant.ts";
import { releaseLead, renewLead } from "./renew-lead.ts";

export interface LeadConnection {
  renew(): Promise<"renewed" | "lost">;
  release(): Promise<void>;
  /** The next statement goes over another connection. */
  giveUp(): void;
}

/** As postgres.js has read the address. */
interface Place {
  host: readonly string[];
  port: readonly number[];
  path: string | false;
}

const connectSecondsMax = 1.5;
const statementMsMax = 1_400;

export function leadConnection(grant: LeadGrant): LeadConnection {
  const lookup = addressFinder();
  let attempts = 0;
  let client: Sql | null = null;
  let sockets: Socket[] = [];

  function open(): Sql {
    return postgres(grant.databaseUrl, {
      max: 1,
      connect_timeout: connectSecondsMax,
      // It is asked once a second for as long as it lives.
      max_lifetime: null,
      fetch_types: false,
      connection: { application_name: "guiwei motion", statement_timeout: statementMsMax, TimeZone: "UTC" },
      onnotice: () => {},
      socket: ({ host, port, path }: Place) => {
        const which = attempts++ % host.length;
        const name = host[which] ?? "localhost";
        const socket = path ? connect({ path }) : connect({ host: name, port: port[which] ?? 5432, lookup });
        socket.setNoDelay(true);
        sockets.push(socket);
        // By which TLS knows whom it should meet.
        return Object.assign(socket, { host: name });
      },
    } as postgres.Options<Record<string, never>>);
  }

  function giveUp(): void {
    const old = client;
    client = null;
    old?.end({ timeout: 0 }).catch(() => {});
    // A network that swallows packets would keep each of them for a quarter of an hour.
    for (const socket of sockets) socket.destroy();
    sockets = [];
  }

  async function ask<T>(statement: (sql: Sql) => Promise<T>): Promise<T> {
    client ??= open();
    const mine = client;
    try {
      return await statement(mine);
    } catch (error) {
      if (client === mine) giveUp();
      throw error;
    }
  }

  return {
    renew: () => ask((sql) => renewLead(sql, grant)),
    release: () => ask((sql) => releaseLead(sql, grant)),
    giveUp,
  };
}
