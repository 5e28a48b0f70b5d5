/**
 * Entry file of the motion process: areas, the lines of their controllers, STOP. It has no HTTP, no database and no files but its
 * log, and writes to no pipe that a held reader could leave full. Without its parent it stops what moves, and exits.
 */
import { randomBytes } from "node:crypto";
import { uptime } from "node:os";
import { seededChance } from "../clock/chance.ts";
import { systemClock } from "../clock/clock.ts";
import { goFirst } from "../clock/turns.ts";
import type { DevicePorts } from "../contract/ports.ts";
import { stackOf } from "../contract/told-error.ts";
import type { MqttAccess } from "../devices/mqtt-link.ts";
import { openDevices } from "../devices/open-devices.ts";
import { keepLead, type LeadKeeper, leadOfFolder } from "../lead/keep-lead.ts";
import type { LeadGrant } from "../lead/lead-grant.ts";
import type { LinkSpec, Site } from "../site/schema.ts";
import { fileFactLog } from "./fact-log.ts";
import type { AreaStart, CannotKeep, FromMotion, ToMotion } from "./messages.ts";
import { type MotionCore, openMotionCore } from "./motion-core.ts";
import { motionLayout } from "./motion-site.ts";
import { serveStops } from "./serve-stops.ts";

/** The first message, with all that this process ever learns of the site. */
export interface MotionOpening {
  kind: "open";
  site: Site;
  links: Readonly<Record<string, LinkSpec>>;
  mqtt: MqttAccess | null;
  /** Ids of the devices whose alarms are heard, by room. */
  callers: Readonly<Record<string, readonly string[]>>;
  areas: readonly AreaStart[];
  /** Null where the folder's lock is the lead. */
  lead: LeadGrant | null;
  folder: string;
  logId: string;
  /** Path of the socket for STOPs from outside the gateway. */
  stopSocket: string;
}

export type FromMotionProcess = FromMotion | { kind: "ready"; cannotKeep: CannotKeep };
export type ToMotionProcess = ToMotion | MotionOpening;

const endMsMax = 4_000;
const failuresToldMax = 1_000;
let failuresTold = 0;
/** Limit for the last message, which a held parent may never read. */
const lastWordsMsMax = 500;
let running: { core: MotionCore; devices: DevicePorts; lead: LeadKeeper } | null = null;

let isLastSent = Promise.resolve();
const send = (message: FromMotionProcess) => {
  // Skipped when the channel is gone: the `disconnect` event then ends this process.
  if (process.connected) isLastSent = new Promise((resolve) => process.send?.(message, undefined, {}, () => resolve()));
};

// A write error, e.g. of a full disk, must not end this process.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

/** stderr is a file of this process alone. */
function tell(error: unknown): void {
  if (failuresTold++ < failuresToldMax) process.stderr.write(`${new Date().toISOString()} ${stackOf(error)}\n`);
}

async function keeperOf(grant: LeadGrant | null): Promise<LeadKeeper> {
  if (!grant) return leadOfFolder;
  // Imported only with a lead to keep: the database driver takes memory.
  const { leadConnection } = await import("../lead/lead-connection.ts");
  const clock = { after: systemClock().after, monoMs: () => uptime() * 1_000 };
  return keepLead({ clock, ...leadConnection(grant), onFailure: tell });
}

async function open({
  site,
  links,
  mqtt,
  callers,
  areas,
  lead: grant,
  folder,
  logId,
  stopSocket,
}: MotionOpening): Promise<void> {
  const lead = await keeperOf(grant);
  if (isEnding) return;
  const clock = systemClock();
  const chance = seededChance(randomBytes(8).toString("hex"));
  const layout = motionLayout(site);
  const ofMotion = { isMotion: true, onEndedThere: lead.lineTaken, ...(mqtt ? { mqtt } : {}) };
  const devices = openDevices({ layout, clock, chance, links, callers, ...ofMotion });
  const core = openMotionCore({
    clock,
    areas,
    shelves: devices.shelves,
    inputs: devices.inputs,
    alarms: devices.onAlarm,
    health: () => devices.health(),
    lead,
    log: fileFactLog(folder, logId, tell),
    send,
    onFailure: tell,
  });
  devices.onHealth(() => core.healthChanged());
  running = { core, devices, lead };
  lead.onStanding((standing) => void (standing === "lost" && end(0)));
  serveStops({ path: stopSocket, clock, stop: core.stop, onFailure: tell });
  send({ kind: "ready", cannotKeep: core.cannotKeep });
}

let isEnding = false;
/** Stops what moves and frees the ports. Gives up the lead itself if it is an orphan, because no gateway will do so later. */
async function end(code: number, isOrphan = false): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  setTimeout(() => process.exit(code), endMsMax).unref();
  try {
    await running?.core.end();
    await running?.devices.close();
    if (isOrphan) await running?.lead.close();
    await Promise.race([isLastSent, new Promise((resolve) => setTimeout(resolve, lastWordsMsMax))]);
  } catch (error) {
    tell(error);
  }
  process.exit(code);
}

goFirst();
// The parent handles Ctrl-C and other signals of the terminal, and ends this process in order.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
process.on("disconnect", () => void end(0, true));
for (const event of ["uncaughtException", "unhandledRejection"] as const)
  process.on(event, (error: unknown) => {
    tell(error);
    void end(1);
  });
process.on("message", (message: ToMotionProcess) => {
  if (message.kind === "open") void open(message);
  else if (message.kind === "close") void end(0);
  else running?.core.receive(message);
});
