/** The controller on MQTT (archive/v1). Late, retained and repeated commands are refused; anything on `stop` stops. */
import { buildTopic } from "../../firmware-protocols/archive-mqtt/index.ts";
import type { Clock } from "../../src/clock/clock.ts";
import type { Picture } from "../shelf/lie.ts";
import type { Rig } from "../shelf/rig.ts";
import type { AlarmBell, BellAlarm } from "./alarm-bell.ts";
import { lateWire } from "./late-wire.ts";
import { shelfAsks } from "./shelf-asks.ts";
import { shelfOrders } from "./shelf-orders.ts";
import { type DevicePlace, offlineWill, type Speaker, speaker } from "./speaker.ts";
import type { MqttDevice, MqttMessage, MqttWire } from "./wire.ts";

/** The picture goes out on every change, at most this often while carriages roll, and at least twice a second. */
const rollingMs = 100;
/** The gateway treats a state older than a second as unknown (S15), so silence would not do. */
const idleMs = 400;

const heardKinds = ["shelf-cmd", "shelf-stop", "shelf-beat", "shelf-ask", "light-cmd"] as const;
const eventNames: Record<string, string> = { confirmed: "confirmed", reset: "reset", "power-restored": "restarted" };

export function mqttShelf(
  rig: Rig,
  bell: AlarmBell,
  status: () => Picture,
  place: DevicePlace,
  clock: Clock,
): MqttDevice {
  // Counted since the boot, not since the connection (PROTOCOL.md).
  let seq = 0;
  const nextSeq = () => seq++;
  // Its own clock, which may be set wrong.
  const itsClock = { ...clock, nowMs: () => clock.nowMs() + rig.mischief.clockSkewMs, monoMs: () => clock.monoMs() };
  return {
    will: offlineWill(place, "shelf-state"),
    connect(wire) {
      const network = lateWire(wire, clock, rig.mischief);
      return connectShelf({ rig, bell, status, place, clock: itsClock, nextSeq }, network);
    },
  };
}

interface ShelfBody {
  rig: Rig;
  bell: AlarmBell;
  status: () => Picture;
  place: DevicePlace;
  clock: Clock;
  nextSeq: () => number;
}

function connectShelf({ rig, bell, status, place, clock, nextSeq }: ShelfBody, wire: MqttWire) {
  let isOn = true;
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let cancel: () => void = () => {};
  let cancelIdle: () => void = () => {};
  let isDue = false;
  /** The picture from before the repeating began, with its number. */
  let old: (Picture & { seq: number }) | null = null;
  const { say, topic } = speaker(wire, place, clock, () => rig.state().retained.bootId, nextSeq);
  const asks = shelfAsks(rig);
  const orders = shelfOrders(rig, clock);
  const sayLatches = latchTeller(rig, say);

  function sayState(): void {
    isDue = false;
    if (!isOn || !rig.isPowered()) return;
    saidAtMs = clock.monoMs();
    const picture = status();
    const seq = say("shelf-state", { state: "online", ...picture, alarms: [], ...asks.echo() });
    if (!rig.mischief.isRepeating) old = { ...picture, seq };
    else if (old) say("shelf-state", { state: "online", ...old, alarms: [] });
    cancelIdle();
    cancelIdle = clock.after(idleMs, sayState);
  }

  function sayStateSoon(): void {
    if (isDue || !isOn) return;
    const waitMs = rig.state().phase === "moving" ? saidAtMs + rollingMs - clock.monoMs() : 0;
    isDue = true;
    cancel = clock.after(Math.max(0, waitMs), sayState);
  }

  function hear(message: MqttMessage): void {
    if (!isOn || !rig.isPowered()) return;
    if (message.topic === topic("shelf-stop")) {
      // It stops for any message, whole or damaged, late or early; only a retained old one does not count.
      if (!message.isRetained) rig.stop();
    } else if (message.topic === topic("shelf-beat")) orders.beat(message);
    else if (message.topic === topic("shelf-ask")) {
      // The first question of a new sender is answered without waiting for the next state.
      if (asks.hear(message)) sayStateSoon();
    } else if (message.topic === topic("shelf-cmd")) orders.command(message);
    else if (message.topic === topic("light-cmd")) orders.light(message);
  }

  rig.onChange(() => {
    if (!isOn || !rig.isPowered()) return;
    sayLatches();
    sayStateSoon();
  });
  rig.onAnswer(({ wireId: answered, result, reason }) => {
    if (!isOn || answered === 0 || result === "none") return;
    const commandId = orders.commandIdOf(answered);
    say("shelf-event", { event: "command", commandId, wireId: answered, result, reason });
  });
  rig.onEvent(({ name }) => {
    const event = eventNames[name];
    if (!isOn || !event || !rig.isPowered()) return;
    const { entrySeq, openAisle } = rig.state();
    say("shelf-event", event === "confirmed" ? { event, aisle: openAisle, entrySeq } : { event });
  });

  const endRinging = bell.onRing(({ as, ...alarm }) => {
    if (!isOn || !rig.isPowered()) return;
    sayAlarm(say, place, as, alarm);
  });

  wire.onMessage(hear);
  wire.onConnect(() => {
    if (!isOn) return;
    wire.subscribe(heardKinds.map(topic));
    sayState();
  });
  return () => {
    isOn = false;
    endRinging();
    cancel();
    cancelIdle();
  };
}

/** Sends what was latched or counted since the last time. */
function latchTeller(rig: Rig, say: Speaker["say"]): () => void {
  let latched = "";
  let entries = rig.state().entrySeq;
  let people = rig.state().people;

  return () => {
    const state = rig.state();
    const now = state.emergencyLatched ? "emergency-stop" : state.tripped ? "tripped" : state.stopped ? "stopped" : "";
    if (now !== latched && now !== "") say("shelf-event", { event: now });
    latched = now;
    const event = state.entrySeq !== entries ? "entry" : (state.people ?? 0) < (people ?? 0) ? "exit" : null;
    entries = state.entrySeq;
    people = state.people;
    if (event) say("shelf-event", { event, aisle: state.openAisle, entrySeq: entries });
  };
}

/** Sent correctly, without a sender, or wrongly: naming another device, or under another's topic. */
function sayAlarm(say: Speaker["say"], place: DevicePlace, as: BellAlarm["as"], alarm: Omit<BellAlarm, "as">): void {
  const source = { device: "shelf", id: typeof as === "object" && "naming" in as ? as.naming : place.id };
  const other = typeof as === "object" && "under" in as ? as.under : null;
  const onTopic = other === null ? undefined : buildTopic({ ...place, kind: "alarm", id: other });
  say(as === "unsigned" ? "alarm-unsigned" : "alarm", { ...alarm, source }, onTopic);
}
