/** The live feed: socket.io at /live, opened by the same cookie or token as the API, closed with it. */
import type { Server as HttpServer } from "node:http";
import { Server } from "socket.io";
import type { Known } from "../people/ask-credentials.ts";
import type { Ended } from "../people/sessions.ts";
import { makeBudget } from "./budget.ts";
import { followChains } from "./follow-chains.ts";
import { liveDoor } from "./live-door.ts";
import { type LivePushes, livePushes } from "./live-pushes.ts";
import type { LiveDeps, LiveServer } from "./live-socket.ts";

const stillSignedInEveryMs = 60_000;
const messageBytesMax = 16_384;
/** Of whoever is known: a slow database may take that long to say so once more. */
const connectMsMax = 20_000;

/** Each question is one to the database: a console that goes from page to page needs a few. */
const followBudget = { atOnceMax: 30, perSecond: 2 };

export interface Live extends Omit<LivePushes, "close"> {
  connections(): number;
  close(): Promise<void>;
}

export function createLive(httpServer: HttpServer, deps: LiveDeps): Live {
  const { db, clock, sessions } = deps;
  const door = liveDoor(httpServer, deps);
  const io: LiveServer = new Server(httpServer, {
    path: "/live",
    serveClient: false,
    maxHttpBufferSize: messageBytesMax,
    connectTimeout: connectMsMax,
    allowRequest: door.allowRequest,
  });
  door.guard(io);
  io.on("connection", (socket) => {
    const budget = makeBudget(clock, followBudget);
    let turn = Promise.resolve();
    socket.on("follow", (request, answer) => {
      if (!budget.take()) return socket.disconnect(true);
      turn = turn.then(() => followChains(db, socket, request, answer)).catch(() => void socket.conn.close());
    });
  });

  sessions.onEnded((ended) => {
    for (const socket of io.sockets.sockets.values()) {
      if (!isOf(socket.data.who, ended)) continue;
      // Signed out: over. A changed person's browser comes back by itself and is asked again who it is.
      if ("personId" in ended) socket.conn.close();
      else socket.disconnect(true);
    }
  });

  let cancelCheck = clock.after(stillSignedInEveryMs, checkAll);
  function checkAll(): void {
    for (const socket of io.sockets.sockets.values()) {
      // Following is not activity: an unattended screen does not keep a session alive.
      sessions.whoIs(socket.data.headers, { isActivity: false }).then(
        (who) => void (who || socket.disconnect(true)),
        () => {},
      );
    }
    cancelCheck = clock.after(stillSignedInEveryMs, checkAll);
  }

  const pushes = livePushes(io, clock);

  return {
    ...pushes,
    connections: () => io.engine.clientsCount,
    async close() {
      cancelCheck();
      pushes.close();
      // Not io.close(): the HTTP server belongs to whoever opened it.
      // A lost line, not a goodbye: whoever is told goodbye does not come back by itself.
      for (const socket of io.sockets.sockets.values()) socket.conn.close();
      io.engine.close();
    },
  };
}

function isOf(who: Known, ended: Ended): boolean {
  if ("sessionHash" in ended) return who.sessionHash === ended.sessionHash;
  if ("tokenId" in ended) return who.tokenId === ended.tokenId;
  return who.person?.id === ended.personId && who.sessionHash !== ended.exceptHash;
}
