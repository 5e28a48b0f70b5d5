/** Decides who may open a live connection: first by origin and free places, then by session or token. */
import type { Server as HttpServer, IncomingMessage } from "node:http";
import { sentence } from "../contract/errors.ts";
import { mayDo } from "../contract/roles.ts";
import { proveConnection } from "../http/connections.ts";
import { isOwnOrigin } from "../http/own-origin.ts";
import { sourceOf } from "../http/source-of.ts";
import { clientAddress } from "../http/trusted-proxies.ts";
import { makeLivePlaces, provenWithinMs, type Visitor } from "./live-places.ts";
import { type Conn, credentialsOf, type LiveDeps, type LiveServer } from "./live-socket.ts";

/** Most unfamiliar cookies or tokens looked up at the same time. */
const askingMax = 64;

type Answer = (error: string | null | undefined, isLetIn: boolean) => void;

export interface LiveDoor {
  /** Called before anything is opened. */
  allowRequest(request: IncomingMessage, answer: Answer): void;
  /** Called for every connection that was admitted. */
  guard(io: LiveServer): void;
}

export function liveDoor(httpServer: HttpServer, deps: LiveDeps): LiveDoor {
  const { clock, sessions, origins } = deps;
  const places = makeLivePlaces();
  const visitors = new WeakMap<IncomingMessage, Visitor>();
  const visitorOf = visitorsOf(deps);

  return {
    allowRequest(request, answer) {
      if (!isOwnOrigin(request.headers, origins)) return answer(null, false);
      void visitorOf(request).then((visitor) => {
        visitors.set(request, visitor);
        answer(null, places.hasRoom(visitor));
      });
    },
    guard(io) {
      // Checked again: many may have been admitted before the first of them was counted.
      io.engine.on("connection", (conn: Conn) => {
        if (!places.enter(conn.id, visitors.get(conn.request) ?? { source: "" })) return conn.close(true);
        if (places.isKnown(conn.id)) proveConnection(httpServer, conn.request.socket);
        const cancel = clock.after(provenWithinMs, () => {
          if (!places.isKnown(conn.id)) conn.close(true);
        });
        conn.once("close", () => {
          cancel();
          places.leave(conn.id);
        });
      });
      io.use((socket, next) => {
        const headers = credentialsOf(socket.request, socket.handshake.auth);
        sessions.whoIs(headers).then(
          (who) => {
            if (!who || !mayDo(who.roles, "look")) return next(refusal("not-signed-in"));
            const { id } = socket.conn as unknown as Conn;
            if (!places.prove(id, who.actor)) return next(refusal("too-many-requests"));
            proveConnection(httpServer, socket.request.socket);
            socket.data = { who, headers };
            next();
          },
          () => next(refusal("database-away")),
        );
      });
    },
  };
}

/** A caller known a moment ago needs no query; others are looked up, a few at a time, and count as strangers until then. */
function visitorsOf({ sessions, trustProxy = null }: LiveDeps): (request: IncomingMessage) => Promise<Visitor> {
  let asking = 0;

  return async (request) => {
    const stranger = { source: sourceOf(clientAddress(request, trustProxy)) };
    const headers = credentialsOf(request, {});
    const recalled = sessions.recall(headers);
    if (recalled) return { actor: recalled.actor };
    if (Object.keys(headers).length === 0 || asking >= askingMax) return stranger;
    asking++;
    try {
      const who = await sessions.whoIs(headers);
      return who ? { actor: who.actor } : stranger;
    } catch {
      return stranger;
    } finally {
      asking--;
    }
  };
}

function refusal(code: "not-signed-in" | "database-away" | "too-many-requests"): Error {
  return Object.assign(new Error(sentence(code, "en")), {
    data: { code, zh: sentence(code, "zh"), en: sentence(code, "en") },
  });
}
