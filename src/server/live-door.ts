/** Who may open a live connection: by origin and place first, by session or token then. */
import type { Server as HttpServer, IncomingMessage } from "node:http";
import { sentence } from "../contract/errors.ts";
import { mayDo } from "../contract/roles.ts";
import { proveConnection } from "../http/connections.ts";
import { isOwnOrigin } from "../http/own-origin.ts";
import { sourceOf } from "../http/source-of.ts";
import { clientAddress } from "../http/trusted-proxies.ts";
import { makeLivePlaces, provenWithinMs, type Visitor } from "./live-places.ts";
import { type Conn, credentialsOf, type LiveDeps, type LiveServer } from "./live-socket.ts";

/** Newcomers with a cookie or token nobody has asked for lately, being asked for at once. */
const askingMax = 64;

type Answer = (error: string | null | undefined, isLetIn: boolean) => void;

export interface LiveDoor {
  /** Before anything is opened. */
  allowRequest(request: IncomingMessage, answer: Answer): void;
  /** Of every connection that was let through. */
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
      // Asked again: many may have been let through before the first of them was in.
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

/** Who was known a moment ago is believed that; others are asked for, a few at a time, and are strangers until then. */
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
