/** Opens STOP's own door for the gateway: its process, its address for browsers, its state. */
import type { Logger } from "pino";
import { motionFolderOf, type Settings, stopPortOf } from "./config.ts";
import type { Context } from "./context.ts";
import type { StopDoorAddress } from "./contract/people.ts";
import type { StopDoorStanding } from "./contract/ports.ts";
import { stopSocketOf } from "./motion/stop-socket.ts";
import type { Sessions } from "./people/sessions.ts";
import type { ServerSettings } from "./server/build-server.ts";
import type { FirstSpawner } from "./spawn-first.ts";
import { keepDoor } from "./stop-door/keep-door.ts";
import { doorSpawner } from "./stop-door/spawn-door.ts";

export interface OpenStopDoorOptions {
  settings: Settings;
  serverSettings: Pick<ServerSettings, "tls" | "origins">;
  context: Pick<Context, "db" | "clock">;
  sessions: Pick<Sessions, "onEnded" | "onAsked">;
  spawner: FirstSpawner;
  log: Logger;
  onFailure(error: unknown): void;
}

export interface StopDoor {
  address(): StopDoorAddress;
  standing(): StopDoorStanding;
  consoleAt(port: number): void;
  close(): Promise<void>;
}

export async function openStopDoor(options: OpenStopDoorOptions): Promise<StopDoor> {
  const { settings, serverSettings, context, sessions, spawner, log, onFailure } = options;
  const folder = motionFolderOf(settings);
  const door = await keepDoor({
    ...{ db: context.db, clock: context.clock, sessions, log, onFailure },
    opening: {
      kind: "open",
      host: settings.HOST,
      tls: serverSettings.tls,
      origins: serverSettings.origins,
      trustProxy: settings.TRUST_PROXY ?? null,
      stopSocket: stopSocketOf(folder),
    },
    port: stopPortOf(settings),
    spawn: doorSpawner(folder, spawner),
  });
  return {
    address: () => ({ url: settings.STOP_URL ?? null, port: door.standing().port }),
    standing: door.standing,
    consoleAt: door.consoleAt,
    close: door.close,
  };
}
