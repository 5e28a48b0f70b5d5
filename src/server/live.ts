/** The live feed: socket.io at /live, opened by the same cookie or token as the API, closed with it. */
import type { Server as HttpServer, IncomingMessage } from "node:http";
import { inArray } from "drizzle-orm";
import { type DefaultEventsMap, Server, type Socket } from "socket.io";
import type { Clock } from "../clock/clock.ts";
import type { AreaView } from "../contract/aisles.ts";
import type { ImportProgress } from "../contract/catalogue.ts";
import { sentence } from "../contract/errors.ts";
import type { HuntView } from "../contract/hunt.ts";
import type { JobView } from "../contract/jobs.ts";
import { houseChain, type JournalRow } from "../contract/journal.ts";
import type { BrowserToServer, ServerToBrowser } from "../contract/live.ts";
import type { DeviceHealth } from "../contract/ports.ts";
import { mayDo } from "../contract/roles.ts";
import type { StocktakeView } from "../contract/stocktake.ts";
import { proveConnection } from "../http/connections.ts";
import { isOwnOrigin } from "../http/own-origin.ts";
import { sourceOf } from "../http/source-of.ts";
import { clientAddress, type TrustsProxy } from "../http/trusted-proxies.ts";
import type { Ended, Known, Sessions } from "../people/sessions.ts";
import type { Db } from "../storage/db.ts";
import { chainHeads } from "../storage/schema/journal.ts";
import { areaStates } from "./area-states.ts";
import { makeBudget } from "./budget.ts";
import { makeInOrder } from "./in-order.ts";
import { makeLivePlaces, provenWithinMs, type Visitor } from "./live-places.ts";
import { makeNewestState } from "./newest-state.ts";

/** A browser that takes no more than this behind is let go; it comes back and fetches what it missed. */
export const framesPendingMax = 1_000;
const pendingLookedAtMs = 250;
const stillSignedInEveryMs = 60_000;
const chainsFollowedMax = 50;
const messageBytesMax = 16_384;
/** Of whoever is known: a slow database may take that long to say so once more. */
const connectMsMax = 20_000;
/** Newcomers with a cookie or token nobody has asked for lately, being asked for at once. */
const askingMax = 64;

/** Each question is one to the database: a console that goes from page to page needs a few. */
const followBudget = { atOnceMax: 30, perSecond: 2 };

/** What is used of an engine.io connection. */
interface Conn {
  id: string;
  request: IncomingMessage;
  close(discard?: boolean): void;
  once(event: "close", listener: () => void): void;
}

export interface LiveDeps {
  db: Db;
  clock: Clock;
  sessions: Pick<Sessions, "whoIs" | "recall" | "onEnded">;
  /** Origins besides the server's own. */
  origins: readonly string[];
  /** Whose X-Forwarded-For is believed; left out: nobody's. */
  trustProxy?: TrustsProxy | null;
}

export type Alarm = Parameters<ServerToBrowser["alarm"]>[0];

export interface Live {
  /** Committed rows, to whoever follows their chain, in order of revision. */
  publish(rows: readonly JournalRow[]): void;
  pushArea(view: AreaView): void;
  pushDevice(health: DeviceHealth): void;
  pushStocktake(view: StocktakeView): void;
  pushHunt(view: HuntView): void;
  pushImport(id: string, progress: ImportProgress | null): void;
  /** `viewFor` answers null to whoever may not see it. */
  pushJob(id: string, viewFor: (who: Known) => JobView | null, hasEnded: boolean): void;
  pushAlarm(alarm: Alarm): void;
  /** What a person's own session says has changed: their consoles ask again. */
  tellSession(personId: string): void;
  connections(): number;
  close(): Promise<void>;
}

interface Follower {
  who: Known;
  headers: { cookie?: string; authorization?: string };
}
type LiveSocket = Socket<BrowserToServer, ServerToBrowser, DefaultEventsMap, Follower>;

export function createLive(
  httpServer: HttpServer,
  { db, clock, sessions, origins, trustProxy = null }: LiveDeps,
): Live {
  const places = makeLivePlaces();
  let asking = 0;
  const visitors = new WeakMap<IncomingMessage, Visitor>();
  const io = new Server<BrowserToServer, ServerToBrowser, DefaultEventsMap, Follower>(httpServer, {
    path: "/live",
    serveClient: false,
    maxHttpBufferSize: messageBytesMax,
    connectTimeout: connectMsMax,
    allowRequest: (request, answer) => {
      if (!isOwnOrigin(request.headers, origins)) return answer(null, false);
      void visitorOf(request).then((visitor) => {
        visitors.set(request, visitor);
        answer(null, places.hasRoom(visitor));
      });
    },
  });
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

  /** Who was known a moment ago is believed that; others are asked for, a few at a time, and are strangers until then. */
  async function visitorOf(request: IncomingMessage): Promise<Visitor> {
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
  }

  io.use((socket, next) => {
    const headers = credentialsOf(socket.request, socket.handshake.auth);
    sessions.whoIs(headers).then(
      (who) => {
        if (!who || !mayDo(who.roles, "look")) return next(refusal("not-signed-in"));
        if (!places.prove((socket.conn as unknown as Conn).id, who.actor)) return next(refusal("too-many-requests"));
        proveConnection(httpServer, socket.request.socket);
        socket.data = { who, headers };
        next();
      },
      () => next(refusal("database-away")),
    );
  });
  io.on("connection", (socket) => {
    const budget = makeBudget(clock, followBudget);
    let turn = Promise.resolve();
    socket.on("follow", (request, answer) => {
      if (!budget.take()) return socket.disconnect(true);
      turn = turn.then(() => follow(socket, request, answer)).catch(() => void socket.conn.close());
    });
  });

  /** Joins first, then reads the heads: no row falls between. */
  async function follow(socket: LiveSocket, request: unknown, answer: unknown): Promise<void> {
    const asked = (request as { chains?: unknown } | null)?.chains;
    if (!Array.isArray(asked) || typeof answer !== "function") return;
    const chains = asked
      .slice(0, chainsFollowedMax)
      .filter((chain): chain is string => typeof chain === "string" && mayFollow(socket.data.who, chain));
    for (const room of socket.rooms) if (room !== socket.id && !chains.includes(room)) await socket.leave(room);
    await socket.join(chains);
    const heads = chains.length > 0 ? await db.select().from(chainHeads).where(inArray(chainHeads.chain, chains)) : [];
    const known = new Map(heads.map((head) => [head.chain, head.revision]));
    answer(Object.fromEntries(chains.map((chain) => [chain, known.get(chain) ?? 0])));
  }

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

  let lookedAtMs = Number.NEGATIVE_INFINITY;
  function dropSlow(): void {
    const monoMs = clock.monoMs();
    if (monoMs - lookedAtMs < pendingLookedAtMs) return;
    lookedAtMs = monoMs;
    for (const socket of io.sockets.sockets.values()) {
      // Discarding: a polite close would wait for the very frames it does not take.
      if (pendingFrames(socket) > framesPendingMax) socket.conn.close(true);
    }
  }

  const rows = makeInOrder(clock, (row) => {
    io.to(row.chain).emit("journal", row);
    dropSlow();
  });
  const state = <E extends "device" | "stocktake" | "hunt">(event: E) =>
    makeNewestState<Parameters<ServerToBrowser[E]>[0]>(clock, (value) => {
      io.emit(event, ...([value] as Parameters<ServerToBrowser[E]>));
      dropSlow();
    });
  const areas = areaStates({
    clock,
    area(view) {
      io.emit("area", view);
      dropSlow();
    },
    attention: (change) => void io.emit("attention", change),
  });
  const devices = state("device");
  const stocktakes = state("stocktake");
  const hunts = state("hunt");
  const importing = makeNewestState<{ id: string; progress: ImportProgress | null }>(clock, (now) => {
    for (const socket of io.sockets.sockets.values())
      if (mayDo(socket.data.who.roles, "import")) socket.emit("import", now);
    dropSlow();
  });
  const jobs = makeNewestState<Parameters<Live["pushJob"]>>(clock, ([id, viewFor, hasEnded]) => {
    for (const socket of io.sockets.sockets.values()) {
      const job = viewFor(socket.data.who);
      if (job) socket.emit("job", { id, job: hasEnded ? null : job });
    }
    dropSlow();
  });

  return {
    publish: (committed) => committed.forEach(rows.add),
    pushArea: areas.push,
    pushDevice: (health) => devices.push(health.deviceId, health),
    pushStocktake: (view) => stocktakes.push(view.id, view),
    pushHunt: (view) => hunts.push(view.id, view),
    pushImport: (id, progress) => importing.push(id, { id, progress }),
    pushJob: (...now) => jobs.push(now[0], now),
    pushAlarm: (alarm) => void io.emit("alarm", alarm),
    tellSession(personId) {
      for (const socket of io.sockets.sockets.values())
        if (socket.data.who.person?.id === personId) socket.emit("session");
    },
    connections: () => io.engine.clientsCount,
    async close() {
      cancelCheck();
      for (const part of [rows, areas, devices, stocktakes, hunts, importing, jobs]) part.close();
      // Not io.close(): the HTTP server belongs to whoever opened it.
      // A lost line, not a goodbye: whoever is told goodbye does not come back by itself.
      for (const socket of io.sockets.sockets.values()) socket.conn.close();
      io.engine.close();
    },
  };
}

function mayFollow(who: Known, chain: string): boolean {
  if (chain === houseChain) return mayDo(who.roles, "audit");
  return chain.startsWith("room:") && mayDo(who.roles, "look");
}

function credentialsOf(request: IncomingMessage, auth: Record<string, unknown>): Follower["headers"] {
  const { cookie, authorization } = request.headers;
  const token = typeof auth.token === "string" ? `Bearer ${auth.token}` : authorization;
  return { ...(cookie === undefined ? {} : { cookie }), ...(token === undefined ? {} : { authorization: token }) };
}

function isOf(who: Known, ended: Ended): boolean {
  if ("sessionHash" in ended) return who.sessionHash === ended.sessionHash;
  if ("tokenId" in ended) return who.tokenId === ended.tokenId;
  return who.person?.id === ended.personId && who.sessionHash !== ended.exceptHash;
}

function refusal(code: "not-signed-in" | "database-away" | "too-many-requests"): Error {
  return Object.assign(new Error(sentence(code, "en")), {
    data: { code, zh: sentence(code, "zh"), en: sentence(code, "en") },
  });
}

/** What engine.io has not yet handed to the connection; its typings keep it private. */
function pendingFrames(socket: LiveSocket): number {
  return (socket.conn as unknown as { writeBuffer?: unknown[] }).writeBuffer?.length ?? 0;
}
