/** Dependencies of every part of a gateway, and placeholders for parts that are opened later. */
import type { Clock } from "../clock/clock.ts";
import type { Context } from "../context.ts";
import type { GatewayOptions } from "../gateway-options.ts";
import type { ServerSettings } from "../server/build-server.ts";
import type { Live } from "../server/live.ts";
import type { Deltas } from "../stocktake/delta/run-deltas.ts";
import type { Database } from "../storage/open-database.ts";
import type { BackgroundBook } from "../watch/background-book.ts";
import type { StorageWatch } from "../watch/watch-storage.ts";

/** The live feed needs the server, the server the routes, the routes the areas. Before the feed exists nobody can miss a push. */
export interface Later {
  live: Live | null;
  storage: StorageWatch | null;
  deltas: Deltas | null;
}

export interface Ground {
  options: GatewayOptions;
  clock: Clock;
  context: Context;
  database: Database;
  serverSettings: ServerSettings;
  later: Later;
  background: BackgroundBook;
  /** A background task failed. */
  onFailure(error: unknown): void;
}
