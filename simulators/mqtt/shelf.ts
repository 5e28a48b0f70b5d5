/** The controller behind MQTT (archive/v1). Late, retained and repeated commands are refused; anything on `stop` stops. */
import { buildTopic, judgeDelivery, type Payload, readPayload } from "../../firmware-protocols/archive-mqtt/index.ts";
import type { Clock } from "../../src/clock/clock.ts";
import type { Picture } from "../shelf/lie.ts";
import type { Rig } from "../shelf/rig.ts";
import type { AlarmBell } from "./alarm-bell.ts";
import { lateWire } from "./late-wire.ts";
import { type DevicePlace, offlineWill, speaker } from "./speaker.ts";
import type { MqttDevice, MqttMessage, MqttWire } from "./wire.ts";

/** The picture goes out on every change, at most this often while carriages roll, and at least twice a second. */
const rollingMs = 100;
/** The gateway takes a state older than a second for unknown (S15): silence is no answer. */
const idleMs = 400;

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

type Ask = Payload<"shelf-ask">;

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
  let commandId = "none";
  let wireId = 0;
  let lastBeat = "";
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let cancel: () => void = () => {};
  let cancelIdle: () => void = () => {};
  let isDue = false;
  let latched = "";
  /** The newest question of each kind that it may carry back. */
  let firstAsk: Ask | null = null;
  let newestAsk: Ask | null = null;
  let askBootId = 0;
  /** The picture of before the repeating began, with its number. */
  let old: (Picture & { seq: number }) | null = null;
  const bootId = () => rig.state().retained.bootId;
  const { say, topic } = speaker(wire, place, clock, bootId, nextSeq);

  function sayState(): void {
    isDue = false;
    if (!isOn || !rig.isPowered()) return;
    saidAtMs = clock.monoMs();
    const picture = status();
    const seq = say("shelf-state", { state: "online", ...picture, alarms: [], ...echo() });
    if (!rig.mischief.isRepeating) old = { ...picture, seq };
    else if (old) say("shelf-state", { state: "online", ...old, alarms: [] });
    cancelIdle();
    cancelIdle = clock.after(idleMs, sayState);
  }

  function echo(): { heardAsk?: Ask | null } {
    // What it heard before a boot it no longer knows.
    if (askBootId !== bootId()) [firstAsk, newestAsk] = [null, null];
    if (rig.mischief.echo === "none") return {};
    if (rig.mischief.echo === "old") return { heardAsk: firstAsk };
    const ahead = rig.mischief.echo === "future" ? 1_000 : 0;
    return { heardAsk: newestAsk && { ...newestAsk, seq: newestAsk.seq + ahead } };
  }

  /** The newest: what comes later with a lower number was on its way for longer. */
  function hearAsk(message: MqttMessage): void {
    const ask = readPayload("shelf-ask", message.payload);
    if (!ask.ok || message.isRetained) return;
    const isAnother = newestAsk?.bootId !== ask.value.bootId;
    if (!isAnother && (newestAsk?.seq ?? -1) >= ask.value.seq) return;
    askBootId = bootId();
    newestAsk = ask.value;
    firstAsk ??= ask.value;
    // Whoever has just begun to ask need not wait for the next state.
    if (isAnother) sayStateSoon();
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
      // Whole or damaged, late or early: it stops. Only the broker's memory of an old one does not count.
      if (!message.isRetained) rig.stop();
    } else if (message.topic === topic("shelf-beat")) hearBeat(message);
    else if (message.topic === topic("shelf-ask")) hearAsk(message);
    else if (message.topic === topic("shelf-cmd")) hearCommand(message);
    else if (message.topic === topic("light-cmd")) hearLight(message);
  }

  function hearBeat(message: MqttMessage): void {
    const beat = readPayload("shelf-beat", message.payload);
    if (!beat.ok || message.isRetained || beat.value.epoch < rig.state().retained.epochHighest) return;
    const number = `${beat.value.bootId}/${beat.value.seq}`;
    if (number === lastBeat) return;
    lastBeat = number;
    rig.beat();
  }

  function hearCommand(message: MqttMessage): void {
    const read = readPayload("shelf-cmd", message.payload);
    if (!read.ok) return;
    const command = read.value as Payload<"shelf-cmd">;
    const late = judgeDelivery(command, { ...message, receivedAtMs: clock.nowMs() });
    commandId = command.commandId;
    wireId = command.wireId;
    const { verb, aisle, ttlMs, epoch, expectedOpenAisle } = command;
    rig.command({ verb, aisle, ttlMs, isFresh: late === null, fence: { wireId, epoch, expectedOpenAisle } });
  }

  function hearLight(message: MqttMessage): void {
    const read = readPayload("light-cmd", message.payload);
    if (!read.ok || judgeDelivery(read.value, { ...message, receivedAtMs: clock.nowMs() }) !== null) return;
    rig.light(read.value.target);
  }

  rig.onChange(() => {
    if (!isOn || !rig.isPowered()) return;
    sayLatches();
    sayStateSoon();
  });
  rig.onAnswer(({ wireId: answered, result, reason }) => {
    // Only the last command's own id is known; an older job that ends is told by the state.
    if (!isOn || answered === 0 || result === "none") return;
    const id = answered === wireId ? commandId : `wire-${answered}`;
    say("shelf-event", { event: "command", commandId: id, wireId: answered, result, reason });
  });
  rig.onEvent(({ name }) => {
    const event = eventNames[name];
    if (!isOn || !event || !rig.isPowered()) return;
    const { entrySeq, openAisle } = rig.state();
    say("shelf-event", event === "confirmed" ? { event, aisle: openAisle, entrySeq } : { event });
  });

  let entries = rig.state().entrySeq;
  let people = rig.state().people;
  function sayLatches(): void {
    const state = rig.state();
    const now = state.emergencyLatched ? "emergency-stop" : state.tripped ? "tripped" : state.stopped ? "stopped" : "";
    if (now !== latched && now !== "") say("shelf-event", { event: now });
    latched = now;
    const event = state.entrySeq !== entries ? "entry" : (state.people ?? 0) < (people ?? 0) ? "exit" : null;
    entries = state.entrySeq;
    people = state.people;
    if (event) say("shelf-event", { event, aisle: state.openAisle, entrySeq: entries });
  }

  const endRinging = bell.onRing(({ as, ...alarm }) => {
    if (!isOn || !rig.isPowered()) return;
    const source = { device: "shelf", id: typeof as === "object" && "naming" in as ? as.naming : place.id };
    const other = typeof as === "object" && "under" in as ? as.under : null;
    const onTopic = other === null ? undefined : buildTopic({ ...place, kind: "alarm", id: other });
    say(as === "unsigned" ? "alarm-unsigned" : "alarm", { ...alarm, source }, onTopic);
  });

  wire.onMessage(hear);
  wire.onConnect(() => {
    if (!isOn) return;
    wire.subscribe([
      ...[topic("shelf-cmd"), topic("shelf-stop"), topic("shelf-beat")],
      ...[topic("shelf-ask"), topic("light-cmd")],
    ]);
    sayState();
  });
  return () => {
    isOn = false;
    endRinging();
    cancel();
    cancelIdle();
  };
}
