/** The live feed: rows invalidate cached answers, states replace the ones before, a gap fetches everything again. */
import type { QueryClient } from "@tanstack/react-query";
import { io, type Socket } from "socket.io-client";
import type { AreaPush } from "../../../src/contract/aisles.ts";
import type { AlarmsView } from "../../../src/contract/alarms.ts";
import type { ImportProgress, ImportView } from "../../../src/contract/catalogue.ts";
import type { JobView } from "../../../src/contract/jobs.ts";
import type { BrowserToServer, ServerToBrowser } from "../../../src/contract/live.ts";
import type { DeviceHealth } from "../../../src/contract/ports.ts";
import type { StocktakeView } from "../../../src/contract/stocktake.ts";
import { raise } from "./alarms.ts";
import { apply, caughtUp, emptyFeed, takeHeads } from "./apply.ts";
import type { QueryKey } from "./keys.ts";
import { loadIfUpgraded } from "./load-if-upgraded.ts";
import { takeWarning } from "./motion-warnings.ts";
import {
  devicesQuery,
  importQuery,
  importsQuery,
  jobsQuery,
  locateQuery,
  stocktakeQuery,
  stocktakesQuery,
} from "./queries.ts";
import { makeStore } from "./store.ts";
import { takeArea, takeAttention } from "./take-area.ts";
import { touched } from "./touched.ts";

export type Connection = { kind: "connecting" } | { kind: "live" } | { kind: "lost"; sinceMs: number };

export const connection = makeStore<Connection>({ kind: "connecting" });
export const feed = makeStore(emptyFeed);
/** A stocktake or an import writes rows in bursts: invalidated answers are fetched again at most this often. */
export const refetchEveryMs = 400;

export function followFeed(client: QueryClient, chains: readonly string[]): () => void {
  // WebSocket first: long polling would hold one of the browser's six connections.
  const socket: Socket<ServerToBrowser, BrowserToServer> = io({ path: "/live", transports: ["websocket", "polling"] });
  const refetch = gatherRefetches(client);

  socket.on("connect", () => {
    if (connection.get().kind === "lost") void loadIfUpgraded();
    connection.set({ kind: "live" });
    socket.emit("follow", { chains: [...chains] }, (heads) => {
      feed.set(takeHeads(feed.get(), heads));
      settle(client);
    });
    // States are not in the journal: changes during the interruption are only in the answers.
    void client.invalidateQueries();
  });
  const lost = () => {
    if (connection.get().kind !== "lost") connection.set({ kind: "lost", sinceMs: Date.now() });
  };
  const askWho = () => void client.invalidateQueries({ queryKey: ["session"] });
  const again = comeBack(socket);
  socket.on("disconnect", (reason) => {
    lost();
    if (reason === "io server disconnect") askWho();
    again.plan();
  });
  socket.on("connect_error", (error: Error & { data?: { code?: string } }) => {
    lost();
    // Signed out elsewhere: show the sign-in page at once, not at the next call.
    if (error.data?.code === "not-signed-in") askWho();
    again.plan();
  });

  socket.on("journal", (row) => {
    feed.set(apply(feed.get(), row));
    settle(client);
    for (const key of touched(row)) refetch.add(key);
  });
  socket.on("area", (view) => {
    takeArea(client, view);
    takeWarning(view);
    takeStanding(client, view);
  });
  socket.on("attention", (change) => takeAttention(client, change));
  socket.on("device", (health) => takeHealth(client, health));
  socket.on("stocktake", (view) => takeStocktake(client, view));
  socket.on("locate", (view) => client.setQueryData(locateQuery(view.boxId).queryKey, view));
  socket.on("import", ({ id, progress }) => takeImport(client, id, progress));
  socket.on("job", ({ id, job }) => takeJob(client, id, job));
  socket.on("alarm", raise);
  socket.on("session", askWho);
  return () => {
    refetch.end();
    again.end();
    socket.close();
    connection.set({ kind: "connecting" });
  };
}

const comeBackFirstMs = 1_000;
const comeBackMsMax = 15_000;

/**
 * socket.io reconnects by itself after a lost line, but not after the server closed the connection (an orderly end) or refused it
 * (its database away). This does it then, for as long as the page exists; signing out leaves the page and so ends it.
 */
function comeBack(socket: Pick<Socket, "active" | "connect" | "on">): { plan(): void; end(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  socket.on("connect", () => {
    failures = 0;
  });
  return {
    plan() {
      if (socket.active) return;
      clearTimeout(timer);
      // Spread over time, because all consoles of a building reconnect to one gateway.
      const pauseMs = Math.min(comeBackMsMax, comeBackFirstMs * 2 ** Math.min(failures++, 10));
      timer = setTimeout(() => socket.connect(), pauseMs * (0.5 + Math.random() / 2));
    },
    end: () => clearTimeout(timer),
  };
}

function settle(client: QueryClient): void {
  if (feed.get().behind.length === 0) return;
  feed.set(caughtUp(feed.get()));
  void client.invalidateQueries();
}

/** The area's pushed state contradicts the cached answer about alarms: fetch it again. */
function takeStanding(client: QueryClient, { areaKey, interlocks }: Pick<AreaPush, "areaKey" | "interlocks">): void {
  const shown = client.getQueryData<AlarmsView>(["alarms"])?.areas.some((one) => one.areaKey === areaKey);
  if (shown !== undefined && shown !== interlocks.includes("stopNotConfirmed"))
    void client.invalidateQueries({ queryKey: ["alarms"] });
}

function takeHealth(client: QueryClient, health: DeviceHealth): void {
  client.setQueryData(devicesQuery.queryKey, (lines) =>
    lines?.map((line) => (line.deviceId === health.deviceId ? { ...health, zh: null, en: null } : line)),
  );
  // The sentence is in the answer, not in the event.
  void client.invalidateQueries({ queryKey: ["devices"] });
}

function takeStocktake(client: QueryClient, view: StocktakeView): void {
  client.setQueryData(stocktakeQuery(view.id).queryKey, view);
  client.setQueryData(stocktakesQuery.queryKey, (views) => views?.map((v) => (v.id === view.id ? view : v)));
}

function takeImport(client: QueryClient, id: string, progress: ImportProgress | null): void {
  const now = (view: ImportView | undefined) => view && { ...view, progress };
  client.setQueryData(importQuery(id).queryKey, now);
  client.setQueryData(importsQuery.queryKey, (views) => views?.map((v) => (v.id === id ? { ...v, progress } : v)));
  // The result is in the answer.
  if (progress === null)
    for (const queryKey of [["import", id], ["imports"]] as const) void client.invalidateQueries({ queryKey });
}

function takeJob(client: QueryClient, id: string, job: JobView | null): void {
  client.setQueryData(jobsQuery.queryKey, (view) => {
    const others = view?.jobs.filter((one) => one.id !== id);
    return view && others && { ...view, jobs: job ? [...others, job] : others };
  });
}

function gatherRefetches(client: QueryClient): { add(key: QueryKey): void; end(): void } {
  const waiting = new Map<string, QueryKey>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  return {
    add(key) {
      waiting.set(key.join("\n"), key);
      timer ??= setTimeout(() => {
        timer = null;
        for (const queryKey of waiting.values()) void client.invalidateQueries({ queryKey });
        waiting.clear();
      }, refetchEveryMs);
    },
    end() {
      if (timer) clearTimeout(timer);
    },
  };
}
