/** Everything that is needed to open a gateway. */
import type { Logger } from "pino";
import type { Settings } from "./config.ts";
import type { LeadView } from "./contract/lead.ts";
import type { MqttAccess } from "./devices/mqtt-link.ts";
import type { OpenDevicesOptions } from "./devices/open-lines.ts";
import type { App } from "./http/route.ts";
import type { LeadGrant, LeadStanding } from "./lead/lead-grant.ts";
import type { Layout } from "./site/layout.ts";
import type { LinkSpec } from "./site/schema.ts";
import type { FirstSpawner } from "./spawn-first.ts";
import type { Database } from "./storage/open-database.ts";

export interface GatewayOptions {
  settings: Settings;
  layout: Layout;
  log: Logger;
  /** Folder of the built console. */
  webRoot: string;
  version: string;
  /** By bus id, in place of the site file's addresses. */
  links?: Readonly<Record<string, LinkSpec>>;
  mqtt?: OpenDevicesOptions["mqtt"];
  /** How the motion process reaches the broker. */
  motionMqtt?: MqttAccess;
  isDemo?: boolean;
  /** Starts motion and STOP's own door; one for the whole life of the process. */
  spawner: FirstSpawner;
  /** Already being opened (openMigrated); the gateway closes it. */
  database?: Promise<Database>;
  /** With a database server: the lead for moving and writing. Left out: the embedded database, which serves one gateway alone. */
  lead?: GatewayLead;
  /** Called just before it listens: a standby on the same port must have ended. */
  beforeListening?: () => Promise<void>;
  /** Called with a function that stops all motion, as soon as there can be any. */
  stopsMotionBy?: (stop: () => void) => void;
  /** Called with an error that only a new start can fix. */
  endsBecause?: (error: Error) => void;
  /** Further routes, e.g. the demo's panel. */
  extraRoutes?: (app: App) => void;
}

export interface GatewayLead {
  grant: LeadGrant;
  view(): LeadView;
  /** Another gateway leads by now. */
  onLost(): void;
  /** The standing as motion reports it. */
  onStanding(standing: LeadStanding): void;
}
