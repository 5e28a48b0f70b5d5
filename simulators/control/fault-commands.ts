/** Faults on request; each is undone by its opposite. */
import { type AlarmBell, alarmLevels, type Misbehaviour } from "../mqtt/alarm-bell.ts";
import { lieNames } from "../shelf/lie.ts";
import { echoNames } from "../shelf/rig.ts";
import type { Twin } from "../twin.ts";
import type { TwinBus } from "../twin-bus.ts";
import { areaArg, busArg, deviceArg, isGiven, numberArg, readerArg, switchArg, wordArg } from "./arguments.ts";
import type { Command } from "./commands.ts";
import { ControlError } from "./refusal.ts";

async function plug(twin: Twin, bus: TwinBus, isPlugged: boolean): Promise<void> {
  const plugs = bus.spec.link.kind === "mqtt" ? bus.devices.flatMap((d) => twin.mqttPlugs.get(d.id) ?? []) : [];
  if (bus.plug) plugs.push(bus.plug);
  if (plugs.length === 0) throw new ControlError("no-plug");
  bus.isPlugged = isPlugged;
  for (const each of plugs) await (isPlugged ? each.replug() : each.unplug());
}

/** MQTT devices lose their connection with the power, so that the broker sends their last wills. */
async function power(twin: Twin, areaKey: string, isOn: boolean): Promise<void> {
  for (const [deviceId, each] of twin.mqttPlugs) {
    if (twin.areaOf(deviceId)?.key !== areaKey) continue;
    await (isOn ? each.replug() : each.unplug());
  }
}

function bellArg(twin: Twin, raw: Record<string, unknown>): AlarmBell {
  const bell = twin.bells.get(areaArg(twin, raw).area.spec.controller);
  if (!bell) throw new ControlError("no-bell");
  return bell;
}

function misbehaviourArg(twin: Twin, raw: Record<string, unknown>): Misbehaviour | undefined {
  if (!isGiven(raw, "as")) return undefined;
  if (raw.as === "unsigned") return raw.as;
  if (raw.as === "under") return { under: deviceArg(twin, raw) };
  if (raw.as === "naming") return { naming: deviceArg(twin, raw) };
  throw new ControlError("bad-argument", { name: "as", what: String(raw.as) });
}

const bus = { args: ["bus"] };

export const faultCommands: Record<string, Command> = {
  unplug: { ...bus, run: (twin, raw) => plug(twin, busArg(twin, raw), false) },
  replug: { ...bus, run: (twin, raw) => plug(twin, busArg(twin, raw), true) },
  "power-cut": {
    args: ["area"],
    async run(twin, raw) {
      const area = areaArg(twin, raw);
      area.rig.cutPower();
      await power(twin, area.key, false);
    },
  },
  "power-restore": {
    args: ["area"],
    async run(twin, raw) {
      const area = areaArg(twin, raw);
      area.rig.restorePower();
      for (const [id, reader] of twin.readers) if (twin.areaOf(id) === area) reader.restart();
      await power(twin, area.key, true);
    },
  },
  /** A device that answers no request. */
  dead: {
    args: ["device", "on"],
    run(twin, raw) {
      const device = deviceArg(twin, raw);
      const isDead = switchArg(raw);
      if (isDead) twin.dead.add(device);
      else twin.dead.delete(device);
      const reader = twin.readers.get(device);
      if (reader) reader.isMute = isDead;
    },
  },
  noise: {
    args: ["bus", "chance"],
    run(twin, raw) {
      busArg(twin, raw).faults.noiseChance = numberArg(raw, "chance", 0, 1, 0.01);
    },
  },
  loss: {
    args: ["bus", "chance"],
    run(twin, raw) {
      busArg(twin, raw).faults.lossChance = numberArg(raw, "chance", 0, 1, 0.01);
    },
  },
  /** Without a speed: back to the right one. */
  "wrong-baud": {
    args: ["bus", "baud"],
    run(twin, raw) {
      busArg(twin, raw).wrongBaud = isGiven(raw, "baud") ? numberArg(raw, "baud", 1200, 1_000_000) : null;
    },
  },
  "stuck-sensor": {
    args: ["device", "on"],
    run(twin, raw) {
      const device = deviceArg(twin, raw);
      const known = twin.climateFaults.get(device);
      twin.climateFaults.set(device, { isBroken: known?.isBroken ?? false, isStuck: switchArg(raw) });
    },
  },
  "broken-sensor": {
    args: ["device", "on"],
    run(twin, raw) {
      const device = deviceArg(twin, raw);
      const known = twin.climateFaults.get(device);
      twin.climateFaults.set(device, { isStuck: known?.isStuck ?? false, isBroken: switchArg(raw) });
    },
  },
  "missing-antenna": {
    args: ["reader", "port", "on"],
    run(twin, raw) {
      const reader = readerArg(twin, raw);
      const port = numberArg(raw, "port", 1, reader.ports);
      if (switchArg(raw)) reader.missingPorts.add(port);
      else reader.missingPorts.delete(port);
    },
  },
  "restart-reader": { args: ["reader"], run: (twin, raw) => readerArg(twin, raw).restart() },
  jam: {
    args: ["area", "on"],
    run(twin, raw) {
      areaArg(twin, raw).rail.jammed = switchArg(raw);
    },
  },
  "stuck-edge": {
    args: ["area", "on"],
    run(twin, raw) {
      areaArg(twin, raw).rail.edgesStuck = switchArg(raw);
    },
  },
  "blind-counter": {
    args: ["area", "on"],
    run(twin, raw) {
      areaArg(twin, raw).isCounterBlind = switchArg(raw);
    },
  },
  /** STOP does not reach the controller. */
  deaf: {
    args: ["area", "on"],
    run(twin, raw) {
      areaArg(twin, raw).rig.mischief.isDeaf = switchArg(raw);
    },
  },
  /** The controller reports an impossible picture; without a name it tells the truth again. */
  lie: {
    args: ["area", "lie"],
    run(twin, raw) {
      areaArg(twin, raw).rig.mischief.lie = isGiven(raw, "lie") ? wordArg(raw, "lie", lieNames) : null;
    },
  },
  /** MQTT: each state is followed by an old one. */
  "repeat-old": {
    args: ["area", "on"],
    run(twin, raw) {
      areaArg(twin, raw).rig.mischief.isRepeating = switchArg(raw);
    },
  },
  /** MQTT: the controller's clock, in seconds ahead of the right one. */
  "set-clock": {
    args: ["area", "seconds"],
    run(twin, raw) {
      areaArg(twin, raw).rig.mischief.clockSkewMs = 1000 * numberArg(raw, "seconds", -2e9, 2e9, 0);
    },
  },
  /** MQTT: which of the gateway's questions a state carries back; none: like older firmware. */
  echo: {
    args: ["area", "echo"],
    run(twin, raw) {
      areaArg(twin, raw).rig.mischief.echo = wordArg(raw, "echo", echoNames);
    },
  },
  /** MQTT: a network that delays each message by the same time, from the controller (`way` up) or to it (down). */
  delay: {
    args: ["area", "way", "seconds"],
    run(twin, raw) {
      const way = wordArg(raw, "way", ["up", "down"]);
      const lateMs = 1000 * numberArg(raw, "seconds", 0, 60, 0);
      const { mischief } = areaArg(twin, raw).rig;
      if (way === "up") mischief.sayLateMs = lateMs;
      else mischief.hearLateMs = lateMs;
    },
  },
  /**
   * Alarms that no register carries: smoke, water. `level` is notice, warning or danger. `as`: unsigned (the old topic), or under
   * or naming another `device`, like a faulty device; `count` different ones at once.
   */
  alarm: {
    args: ["area", "kind", "on", "level", "as", "device", "count"],
    run(twin, raw) {
      const bell = bellArg(twin, raw);
      const kind = String(raw.kind ?? "smoke");
      const level = alarmLevels.find((one) => one === (raw.level ?? "danger"));
      if (!/^[a-z0-9-]{1,40}$/.test(kind)) throw new ControlError("bad-argument", { name: "kind", what: kind });
      if (!level) throw new ControlError("bad-argument", { name: "level", what: String(raw.level) });
      if (isGiven(raw, "count")) return bell.flood(kind, level, numberArg(raw, "count", 1, 20_000));
      bell.ring(kind, level, !switchArg(raw), misbehaviourArg(twin, raw));
    },
  },
  /** The climate toward which the air of an area drifts. */
  climate: {
    args: ["area", "temperature", "humidity"],
    run(twin, raw) {
      const { air } = areaArg(twin, raw);
      air.aimTemperatureC = numberArg(raw, "temperature", -20, 60, air.aimTemperatureC);
      air.aimHumidityPct = numberArg(raw, "humidity", 0, 100, air.aimHumidityPct);
      if (switchArg(raw, "now")) {
        air.temperatureC = air.aimTemperatureC;
        air.humidityPct = air.aimHumidityPct;
      }
    },
  },
};
