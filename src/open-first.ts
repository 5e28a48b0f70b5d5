/** Steps that come before anything is opened or built: checking ports, and opening the database with its lock. */
import { systemClock } from "./clock/clock.ts";
import { type Settings, stopPortOf } from "./config.ts";
import { readLayout } from "./read-layout.ts";
import { tryPort } from "./server/try-port.ts";
import { type FirstSpawner, firstSpawner } from "./spawn-first.ts";
import type { Database } from "./storage/open-database.ts";
import { whenThere } from "./storage/when-there.ts";

/**
 * A second start finds its port taken before it touches anything of the first. Then this process lowers its priority if needed.
 */
export async function beginStart(settings: Settings): Promise<FirstSpawner> {
  await tryPort(settings.HOST, settings.PORT);
  await tryPort(settings.HOST, stopPortOf(settings), "STOP_PORT");
  if (!settings.MQTT_URL) await tryPort("127.0.0.1", settings.MQTT_PORT, "MQTT_PORT");
  return firstSpawner();
}

/** Opens the gateway's database with its lock; waits for a server that is away. */
export async function openStorage(settings: Settings, told?: AbortSignal): Promise<Database> {
  const { openMigrated } = await import("./storage/open-migrated.ts");
  const clock = systemClock();
  const say = (line: string) => console.error(line);
  return whenThere(() => openMigrated(settings, clock, say), { clock, say, told });
}

/** With a server it takes the lead, with a folder its lock. */
export async function openDemoStorage(settings: Settings, endsBecause: (error: unknown) => void, told: AbortSignal) {
  const { DATABASE_URL: databaseUrl, SITE_FILE } = settings;
  if (!databaseUrl) return { database: await openStorage(settings, told) };
  const { leadAlone } = await import("./standby/lead-alone.ts");
  const rooms = readLayout(SITE_FILE).site.rooms.map(({ id }) => id);
  return leadAlone({
    databaseUrl,
    rooms,
    clock: systemClock(),
    say: (line: string) => console.error(line),
    endsBecause,
    told,
  });
}
