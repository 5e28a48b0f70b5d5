/** Opens what acts in the room: motion, devices, people and rights, areas, alarms. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { openAreas } from "../aisles/areas.ts";
import { motionFolderOf } from "../config.ts";
import { type OpenedMotion, openMotion } from "../open-motion.ts";
import { openOtherDevices } from "../open-other-devices.ts";
import { openStopDoor } from "../open-stop-door.ts";
import { keepBrowserKey } from "../people/known-browsers.ts";
import { openPeople } from "../people/open-people.ts";
import { recordReads } from "../replay/record-reads.ts";
import { dangerFiles } from "../watch/danger-files.ts";
import { openRoomAlarms } from "../watch/room-alarms.ts";
import type { Ground } from "./ground.ts";

export function openGatewayMotion({ options, clock, later, onFailure }: Ground): OpenedMotion {
  const { layout, settings } = options;
  return openMotion({
    ...{ layout, links: options.links ?? {}, mqtt: options.motionMqtt ?? null },
    ...{ folder: motionFolderOf(settings), lead: options.lead?.grant ?? null, clock, spawner: options.spawner },
    onHealth: (health) => later.live?.pushDevice(health),
    onFailure,
  });
}

export type OpenedRoom = Awaited<ReturnType<typeof openRoom>>;

export async function openRoom(ground: Ground, motion: OpenedMotion) {
  const { options, clock, context, serverSettings, later, onFailure } = ground;
  const { settings, layout, log } = options;
  const devices = openOtherDevices(options, clock);
  const people = openPeople(context, randomBytes, {
    isDemo: options.isDemo ?? false,
    browserKey: keepBrowserKey(join(settings.DATA_DIR, "known-browsers.key"), randomBytes),
    onRefusedSignIns: (personId) => later.live?.tellSession(personId),
  });
  // Opened in parallel with what follows; only a gateway with a motion process has one.
  const { sessions } = people;
  const doorOpening = openStopDoor({
    settings,
    serverSettings,
    context,
    sessions,
    spawner: options.spawner,
    log,
    onFailure,
  });
  doorOpening.catch(() => {});
  const recorded = recordReads({
    layout,
    readers: devices.readers,
    folder: settings.RECORD_READS ?? null,
    clock,
    onFailure,
  });
  const areas = await openGatewayAreas(ground, motion, recorded);
  options.stopsMotionBy?.(() => {
    for (const area of areas.all()) void area.stop("gateway");
  });
  const alarms = await openRoomAlarms({
    context,
    onAlarm: (alarm) => later.live?.pushAlarm(alarm),
    onHold: (roomId, what) => {
      for (const drive of areas.all()) if (drive.areaKey.startsWith(`${roomId}.`)) drive.roomAlarm(what);
    },
    onOver: areas.fireOver,
    files: dangerFiles(motionFolderOf(settings), clock, onFailure),
    onFailure,
  });
  devices.onAlarm(alarms);
  areas.onFire(alarms.alsoHeard);
  const health = () => [...motion.health(), ...devices.health()];
  return { devices, people, doorOpening, recorded, areas, alarms, health };
}

function openGatewayAreas(
  { options, context, later, onFailure }: Ground,
  motion: OpenedMotion,
  recorded: ReturnType<typeof recordReads>,
) {
  const { lead, log } = options;
  return openAreas({
    context,
    ...motion.forAreas,
    leadEpoch: lead?.grant.epoch ?? null,
    onLead: (standing) => {
      log[standing === "held" ? "info" : "warn"]({ standing }, "the lead, as motion has it");
      lead?.onStanding(standing);
    },
    onView: (view) => {
      recorded.seen(view);
      later.deltas?.saw(view);
      later.live?.pushArea(view);
    },
    onAlarm: (alarm) => later.live?.pushAlarm(alarm),
    onFailure,
    onLeftOver: (logId, factsStored) => log.info({ logId, factsStored }, "storing what an earlier motion decided"),
    attentionOf: (areaKey) => later.deltas?.attentionOf(areaKey),
    beforeOpening: async (areaKey, aisle) => later.deltas?.beforeOpening(areaKey, aisle),
  });
}
