/** Pushes to the consoles: journal rows in their order, the newest state of everything else. */
import type { Clock } from "../clock/clock.ts";
import type { AreaView } from "../contract/aisles.ts";
import type { ImportProgress } from "../contract/catalogue.ts";
import type { JobView } from "../contract/jobs.ts";
import type { JournalRow } from "../contract/journal.ts";
import type { ServerToBrowser } from "../contract/live.ts";
import type { LocateView } from "../contract/locate.ts";
import type { DeviceHealth } from "../contract/ports.ts";
import { mayDo } from "../contract/roles.ts";
import type { StocktakeView } from "../contract/stocktake.ts";
import type { Known } from "../people/ask-credentials.ts";
import { areaStates } from "./area-states.ts";
import { makeInOrder } from "./in-order.ts";
import type { LiveServer, LiveSocket } from "./live-socket.ts";
import { makeNewestState } from "./newest-state.ts";

/** A browser with this many unsent frames is disconnected; it comes back and fetches what it missed. */
const framesPendingMax = 1_000;
const pendingLookedAtMs = 250;

type Alarm = Parameters<ServerToBrowser["alarm"]>[0];

export interface LivePushes {
  /** Sends committed rows to the followers of their chain, in order of revision. */
  publish(rows: readonly JournalRow[]): void;
  pushArea(view: AreaView): void;
  pushDevice(health: DeviceHealth): void;
  pushStocktake(view: StocktakeView): void;
  pushLocate(view: LocateView): void;
  pushImport(id: string, progress: ImportProgress | null): void;
  /** `viewFor` returns null for a user who may not see the job. */
  pushJob(id: string, viewFor: (who: Known) => JobView | null, hasEnded: boolean): void;
  pushAlarm(alarm: Alarm): void;
  /** A person's session has changed: their consoles fetch it again. */
  tellSession(personId: string): void;
  close(): void;
}

export function livePushes(io: LiveServer, clock: Clock): LivePushes {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  function dropSlow(): void {
    const monoMs = clock.monoMs();
    if (monoMs - lookedAtMs < pendingLookedAtMs) return;
    lookedAtMs = monoMs;
    for (const socket of io.sockets.sockets.values()) {
      // Discards the frames: an orderly close would wait for them to be sent.
      if (pendingFrames(socket) > framesPendingMax) socket.conn.close(true);
    }
  }

  const rows = makeInOrder(clock, (row) => {
    io.to(row.chain).emit("journal", row);
    dropSlow();
  });
  const state = <E extends "device" | "stocktake" | "locate">(event: E) =>
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
  const locateJobs = state("locate");
  const importing = makeNewestState<{ id: string; progress: ImportProgress | null }>(clock, (now) => {
    for (const socket of io.sockets.sockets.values())
      if (mayDo(socket.data.who.roles, "import")) socket.emit("import", now);
    dropSlow();
  });
  const jobs = makeNewestState<Parameters<LivePushes["pushJob"]>>(clock, ([id, viewFor, hasEnded]) => {
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
    pushLocate: (view) => locateJobs.push(view.id, view),
    pushImport: (id, progress) => importing.push(id, { id, progress }),
    pushJob: (...now) => jobs.push(now[0], now),
    pushAlarm: (alarm) => void io.emit("alarm", alarm),
    tellSession(personId) {
      for (const socket of io.sockets.sockets.values())
        if (socket.data.who.person?.id === personId) socket.emit("session");
    },
    close() {
      for (const part of [rows, areas, devices, stocktakes, locateJobs, importing, jobs]) part.close();
    },
  };
}

/** Frames that engine.io has not yet passed to the connection; its typings keep this private. */
function pendingFrames(socket: LiveSocket): number {
  return (socket.conn as unknown as { writeBuffer?: unknown[] }).writeBuffer?.length ?? 0;
}
