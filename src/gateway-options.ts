/** What a gateway is opened with. */
import type { Logger } from "pino";
import type { Settings } from "./config.ts";
import type { LeadView } from "./contract/lead.ts";
import type { MqttAccess } from "./devices/mqtt-link.ts";
import type { OpenDevicesOptions } from "./devices/open-devices.ts";
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
  /** On its way already (openMigrated): the gateway closes it. */
  database?: Promise<Database>;
  /** Of a server: what it may move and write by. Left out: the embedded database, whose folder has one gateway alone. */
  lead?: GatewayLead;
  /** The moment before it listens: whoever listens there must have ended. */
  beforeListening?: () => Promise<void>;
  /** Told how to stop all motion as soon as there can be any. */
  stopsMotionBy?: (stop: () => void) => void;
  /** What only a new start can mend. */
  endsBecause?: (error: Error) => void;
  /** Further routes, e.g. the demo's panel. */
  extraRoutes?: (app: App) => void;
}

export interface GatewayLead {
  grant: LeadGrant;
  view(): LeadView;
  /** Another leads by now. */
  onLost(): void;
  /** As motion has it. */
  onStanding(standing: LeadStanding): void;
}
