/** Types of the live feed's connections, and of the request that opens one. */
import type { IncomingMessage } from "node:http";
import type { DefaultEventsMap, Server, Socket } from "socket.io";
import type { Clock } from "../clock/clock.ts";
import type { BrowserToServer, ServerToBrowser } from "../contract/live.ts";
import type { TrustsProxy } from "../http/trusted-proxies.ts";
import type { Known } from "../people/ask-credentials.ts";
import type { Sessions } from "../people/sessions.ts";
import type { Db } from "../storage/db.ts";

export interface LiveDeps {
  db: Db;
  clock: Clock;
  sessions: Pick<Sessions, "whoIs" | "recall" | "onEnded">;
  /** Origins besides the server's own. */
  origins: readonly string[];
  /** The proxies whose X-Forwarded-For is believed; left out: none. */
  trustProxy?: TrustsProxy | null;
}

export interface Follower {
  who: Known;
  headers: { cookie?: string; authorization?: string };
}
export type LiveSocket = Socket<BrowserToServer, ServerToBrowser, DefaultEventsMap, Follower>;
export type LiveServer = Server<BrowserToServer, ServerToBrowser, DefaultEventsMap, Follower>;

/** The part of an engine.io connection that is used. */
export interface Conn {
  id: string;
  request: IncomingMessage;
  close(discard?: boolean): void;
  once(event: "close", listener: () => void): void;
}

export function credentialsOf(request: IncomingMessage, auth: Record<string, unknown>): Follower["headers"] {
  const { cookie, authorization } = request.headers;
  const token = typeof auth.token === "string" ? `Bearer ${auth.token}` : authorization;
  return { ...(cookie === undefined ? {} : { cookie }), ...(token === undefined ? {} : { authorization: token }) };
}
