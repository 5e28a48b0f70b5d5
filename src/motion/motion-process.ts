/**
 * The first file of the motion process: areas, the lines of their controllers, STOP. It has no HTTP, no database and no files but
 * its log; it writes to no pipe that somebody held could leave full. Without its parent it ends what moves, and exits.
 */
import { randomBytes } from "node:crypto";
import { constants, setPriority } from "node:os";
import { seededChance } from "../clock/chance.ts";
import { systemClock } from "../clock/clock.ts";
import type { DevicePorts } from "../contract/ports.ts";
import type { MqttAccess } from "../devices/mqtt-link.ts";
import { openDevices } from "../devices/open-devices.ts";
import type { LinkSpec, Site } from "../site/schema.ts";
import { fileFactLog } from "./fact-log.ts";
import type { AreaStart, CannotKeep, FromMotion, ToMotion } from "./messages.ts";
import { type MotionCore, openMotionCore } from "./motion-core.ts";
import { motionLayout } from "./motion-site.ts";

/** The first message: all that this process is ever told of the site. */
export interface MotionOpening {
  kind: "open";
  site: Site;
  links: Readonly<Record<string, LinkSpec>>;
  mqtt: MqttAccess | null;
  /** Whose alarms are heard, by room. */
  callers: Readonly<Record<string, readonly string[]>>;
  areas: readonly AreaStart[];
  folder: string;
  logId: string;
}

/** `isFirst`: the system lets it go before all else. */
export type FromMotionProcess = FromMotion | { kind: "ready"; cannotKeep: CannotKeep; isFirst: boolean };
export type ToMotionProcess = ToMotion | MotionOpening;

const endMsMax = 4_000;
const failuresToldMax = 1_000;
let failuresTold = 0;
let running: { core: MotionCore; devices: DevicePorts } | null = null;

const send = (message: FromMotionProcess) => {
  // Its channel is gone: `disconnect` ends us.
  if (process.connected) process.send?.(message, undefined, {}, () => {});
};

// A full disk ends no motion.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

/** stderr is a file of our own. */
function tell(error: unknown): void {
  if (failuresTold++ < failuresToldMax)
    process.stderr.write(`${new Date().toISOString()} ${error instanceof Error ? error.stack : String(error)}\n`);
}

function open({ site, links, mqtt, callers, areas, folder, logId }: MotionOpening): void {
  const clock = systemClock();
  const chance = seededChance(randomBytes(8).toString("hex"));
  const layout = motionLayout(site);
  const devices = openDevices({ layout, clock, chance, links, callers, isMotion: true, ...(mqtt ? { mqtt } : {}) });
  const core = openMotionCore({
    clock,
    areas,
    shelves: devices.shelves,
    inputs: devices.inputs,
    alarms: devices.onAlarm,
    health: () => devices.health(),
    log: fileFactLog(folder, logId, tell),
    send,
    onFailure: tell,
  });
  devices.onHealth(() => core.healthChanged());
  running = { core, devices };
  send({ kind: "ready", cannotKeep: core.cannotKeep, isFirst });
}

let isEnding = false;
/** STOP to what moves, then the ports are free. */
async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  setTimeout(() => process.exit(code), endMsMax).unref();
  try {
    await running?.core.end();
    await running?.devices.close();
  } catch (error) {
    tell(error);
  }
  process.exit(code);
}

let isFirst = true;
try {
  setPriority(process.pid, constants.priority.PRIORITY_ABOVE_NORMAL);
} catch {
  // Only where the system lets us; elsewhere the gateway steps back instead.
  isFirst = false;
}
// The terminal's Ctrl-C is the parent's affair: it ends us in order.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
process.on("disconnect", () => void end(0));
for (const event of ["uncaughtException", "unhandledRejection"] as const)
  process.on(event, (error: unknown) => {
    tell(error);
    void end(1);
  });
process.on("message", (message: ToMotionProcess) => {
  if (message.kind === "open") open(message);
  else if (message.kind === "close") void end(0);
  else running?.core.receive(message);
});
