/** Motion's own listener for STOP: what comes here passes by no gateway, which may be busy or held. */
import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../clock/clock.ts";
import type { StopWish } from "./messages.ts";
import { type FedLine, lineReader, MotionEnds, type StopLine } from "./stop-lines.ts";
import { makeSocketFolder } from "./stop-socket.ts";

export interface ServeStopsDeps {
  path: string;
  clock: Clock;
  stop(wish: StopWish): number | null;
  onFailure(error: unknown): void;
}

/** The door, and one that is just being replaced. */
const connectionsMax = 4;
/** Answers that nobody takes. */
const unreadBytesMax = 65_536;
const againMs = 1_000;
const isPipe = process.platform === "win32";

export function serveStops({ path, clock, stop, onFailure }: ServeStopsDeps): { close(): void } {
  let isTold = false;
  let cancel = () => {};
  let server: Server | null = null;

  function open(): void {
    server = createServer((socket) => hear(socket, stop, onFailure));
    server.maxConnections = connectionsMax;
    server.on("error", failed);
    try {
      listenAlone(server, path);
    } catch (error) {
      failed(error);
    }
  }

  /** A folder that cannot be written to ends no motion: the gateway's route is left, and it is tried again. */
  function failed(error: unknown): void {
    if (!isTold) onFailure(error);
    isTold = true;
    server?.close(() => {});
    cancel();
    cancel = clock.after(againMs, open);
  }

  open();
  return {
    close() {
      cancel();
      server?.close(() => {});
    },
  };
}

/** Bound as nobody else may open it: before the mode is set there would be a moment. */
function listenAlone(server: Server, path: string): void {
  if (isPipe) return void server.listen(path);
  makeSocketFolder(path);
  // Of a motion that was killed; two never run at once.
  rmSync(path, { force: true });
  const before = process.umask(0o177);
  try {
    server.listen(path, () => chmodSync(path, 0o600));
  } finally {
    process.umask(before);
  }
}

function hear(socket: Socket, stop: ServeStopsDeps["stop"], onFailure: ServeStopsDeps["onFailure"]): void {
  const read = lineReader((value) => {
    const { id, areaKey, actor, press, askedAtMs } = value as StopLine;
    const areas = stop({ areaKey, actor, press: { id: press, door: "stop-door", askedAtMs } });
    socket.write(`${JSON.stringify({ id, areas } satisfies FedLine)}\n`);
  });
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    try {
      if (!read(bytes) || socket.writableLength > unreadBytesMax) socket.destroy();
    } catch (error) {
      // Not fed: the closed line tells the door so, and the next one that asks may be heard.
      socket.destroy();
      if (!(error instanceof MotionEnds)) onFailure(error);
    }
  });
}
