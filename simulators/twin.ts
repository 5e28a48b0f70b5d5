/**
 * The twin of a room: hardware that answers like the real one. In a test it runs under a virtual clock on wires in memory;
 * main.ts gives it ptys, sockets and MQTT. It gets tags, thicknesses and slots, never a catalogue.
 */
import { type Chance, seededChance } from "../src/clock/chance.ts";
import type { Clock } from "../src/clock/clock.ts";
import { occupancyInputs } from "../src/site/input-channels.ts";
import type { Layout } from "../src/site/layout.ts";
import type { InputModule } from "./input/input-module.ts";
import type { AlarmBell } from "./mqtt/alarm-bell.ts";
import type { MqttDevice } from "./mqtt/wire.ts";
import { type AirRules, calmAir } from "./radio/parameters.ts";
import type { StandingBox } from "./room/boxes.ts";
import { newRoom, type Room, type TwinArea } from "./room/room.ts";
import { type ScaledClock, scaledClock } from "./scaled-clock.ts";
import type { ControllerRules } from "./shelf/state.ts";
import type { Climate, Plug, TwinBus, TwinReader } from "./twin-bus.ts";
import { addDevices, baudOfBus, mqttSide, nodesOf, type TwinBody } from "./twin-devices.ts";
import { openLine, type Wire } from "./wires/line.ts";

export interface TwinOptions {
  layout: Layout;
  standing: readonly StandingBox[];
  clock: Clock;
  seed: string | number;
  confirmedAtStart?: boolean;
  rules?: Partial<ControllerRules>;
  /** Overrides calmAir; pass defaultAir for the full physics. */
  air?: Partial<AirRules>;
  bootIdBefore?: number;
}

export interface ClimateFault {
  /** Same value for ever. */
  isStuck: boolean;
  /** The probe is broken: nonsense values. */
  isBroken: boolean;
}

export interface Twin {
  room: Room;
  /** Time of the wires and the readers; the room's own may run faster. */
  clock: Clock;
  roomClock: ScaledClock;
  chance: Chance;
  buses: Map<string, TwinBus>;
  /** Readers of every protocol by device id. */
  readers: Map<string, TwinReader>;
  /** Devices that answer no request. */
  dead: Set<string>;
  climateFaults: Map<string, ClimateFault>;
  /** Contacts and their modules by device id. */
  inputs: Map<string, InputModule>;
  /** Senders of alarms over MQTT, by the id of the area's controller. */
  bells: Map<string, AlarmBell>;
  /** Puts a host's wire on a bus. Every connection has line ends of its own. Returns a function that takes it off again. */
  attach(busId: string, wire: Wire, hostBaud?: () => number | null): () => void;
  /** The MQTT side of a device, or null when it has none. */
  mqttDevice(deviceId: string): MqttDevice | null;
  /** Plugs of MQTT devices, each on a connection of its own. */
  mqttPlugs: Map<string, Plug>;
  /** Speed of a serial bus, or null for TCP without a serial line behind it. */
  baudOf(busId: string): number | null;
  /** The area a device works in, or null. */
  areaOf(deviceId: string): TwinArea | null;
  isPowered(deviceId: string): boolean;
  climate(deviceId: string): Climate;
  /** Makes the room's time run faster; heartbeats and lines keep real time. */
  setTimeFactor(factor: number): void;
}

export function createTwin(options: TwinOptions): Twin {
  const { layout, clock } = options;
  const chance = seededChance(options.seed);
  const roomClock = scaledClock(clock);
  const room = newRoom({ ...options, clock: roomClock, chance, air: { ...calmAir, ...options.air } });
  const areaKeys = devicesByArea(layout);
  const dead = new Set<string>();
  const climateFaults = new Map<string, ClimateFault>();
  const buses = new Map<string, TwinBus>();
  for (const spec of layout.site.buses) {
    const devices = layout.site.devices.filter((device) => device.bus === spec.id);
    const faults = { lossChance: 0, noiseChance: 0 };
    buses.set(spec.id, { spec, devices, faults, wrongBaud: null, isPlugged: true, plug: null });
  }

  const areaOf = (deviceId: string) => room.areas.get(areaKeys.get(deviceId) ?? "") ?? null;
  const isPowered = (deviceId: string) => areaOf(deviceId)?.rig.isPowered() ?? true;
  const climate = climateOf(room, areaOf, climateFaults);
  const body: TwinBody = {
    ...{ layout, clock, chance, room, buses, dead, areaOf, isPowered, climate },
    ...{ readers: new Map(), serialReaders: new Map(), mqttReaders: new Map(), inputs: new Map(), bells: new Map() },
  };
  addDevices(body);
  const { readers, inputs, bells } = body;

  return {
    ...{ room, clock, roomClock, chance, buses, readers, dead, climateFaults, inputs, bells },
    ...{ areaOf, isPowered, climate },
    mqttDevice: (deviceId) => mqttSide(body, deviceId),
    mqttPlugs: new Map(),
    baudOf: (busId) => baudOfBus(buses.get(busId)),
    attach(busId, wire, hostBaud) {
      const bus = buses.get(busId);
      if (!bus) throw new Error(`the site has no bus ${busId}`);
      const line = openLine({
        clock,
        chance: chance.fork(`line/${busId}`),
        wire,
        nodes: nodesOf(body, bus),
        faults: bus.faults,
        ...(hostBaud ? { hostBaud } : {}),
      });
      return () => line.close();
    },
    setTimeFactor(factor) {
      for (const area of room.areas.values())
        area.rules.heartbeatStaleMs = (area.rules.heartbeatStaleMs / roomClock.factor()) * factor;
      roomClock.setFactor(factor);
    },
  };
}

/** A sensor's values, for the area in which it hangs or the first one. */
function climateOf(
  room: Room,
  areaOf: (deviceId: string) => TwinArea | null,
  faults: ReadonlyMap<string, ClimateFault>,
): (deviceId: string) => Climate {
  const lastClimate = new Map<string, Climate>();

  return (deviceId) => {
    const area = areaOf(deviceId) ?? [...room.areas.values()][0];
    const fault = faults.get(deviceId);
    if (fault?.isBroken || !area) return { temperatureC: null, humidityPct: null };
    const known = lastClimate.get(deviceId);
    if (fault?.isStuck && known) return known;
    const { temperatureC, humidityPct } = room.airOf(area);
    const now = { temperatureC, humidityPct };
    lastClimate.set(deviceId, now);
    return now;
  };
}

/** Which area each device hangs in: controllers, lights and sensors by name, readers by what their antennas cover. */
function devicesByArea(layout: Layout): Map<string, string> {
  const keys = new Map<string, string>();
  for (const { id, roomId, spec } of layout.areas) {
    const key = `${roomId}.${id}`;
    keys.set(spec.controller, key);
    if (spec.lights) keys.set(spec.lights, key);
    for (const sensor of spec.climate ?? []) keys.set(sensor, key);
    for (const coverage of spec.antennas) keys.set(coverage.reader, key);
    const keyed = [...(spec.resetInputs ?? []), ...(spec.confirmInputs ?? []), ...occupancyInputs(spec)];
    for (const input of keyed) keys.set(input.device, keys.get(input.device) ?? key);
  }
  return keys;
}
