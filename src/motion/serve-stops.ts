/** Motion's own listener for STOP. It does not depend on the gateway, which may be busy or held. */
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

/** The present door, and one that is being replaced. */
const connectionsMax = 4;
/** Limit for answers that the door does not read. */
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

  /** An unwritable folder ends no motion: the gateway's own route remains, and listening is retried. */
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

/** Created so that nobody else can open it; setting the mode afterwards would leave a gap. */
function listenAlone(server: Server, path: string): void {
  if (isPipe) return void server.listen(path);
  makeSocketFolder(path);
  // Removes the socket of a killed motion; two never run at once.
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
      // Not fed: the closed connection tells this to the door, which may ask again.
      socket.destroy();
      if (!(error instanceof MotionEnds)) onFailure(error);
    }
  });
}
