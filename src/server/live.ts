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
/** For a known user: a slow database may take this long to confirm the session. */
const connectMsMax = 20_000;

/** Each request to follow is a database query; a console that moves from page to page needs a few. */
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
      // Signed out: disconnect for good. The browser of a changed person reconnects and is identified again.
      if ("personId" in ended) socket.conn.close();
      else socket.disconnect(true);
    }
  });

  let cancelCheck = clock.after(stillSignedInEveryMs, checkAll);
  function checkAll(): void {
    for (const socket of io.sockets.sockets.values()) {
      // Following is no activity: an unattended screen does not keep a session alive.
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
      // Not io.close(), because the HTTP server belongs to its opener. The connection is dropped without a goodbye: a browser
      // that gets one does not reconnect.
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
