/** A shelf controller on MQTT (archive/v1): its state is pushed, its events answer commands. Payloads: firmware-protocols/archive-mqtt. */
import type { Payload } from "../../../firmware-protocols/archive-mqtt/index.ts";
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { StatusListener } from "../../contract/ports.ts";
import type { ShelfStatus } from "../../contract/shelf.ts";
import { clockSkew } from "./clock-skew.ts";
import { type HealthListener, healthBook } from "./health.ts";
import { keepBeat } from "./keep-beat.ts";
import { linkListeners } from "./link-listeners.ts";
import type { DriverShelf } from "./modbus-shelf.ts";
import { mqttCommands } from "./mqtt-commands.ts";
import { type MqttDevice, type MqttRoom, moment, mqttDevice } from "./mqtt-device.ts";
import { mqttLight } from "./mqtt-light.ts";
import { paceStops } from "./pace-stops.ts";
import { type PictureAge, pictureAge } from "./picture-age.ts";
import { pictureShow } from "./picture-show.ts";

export interface MqttShelfOptions {
  deviceId: string;
  room: MqttRoom;
  clock: Clock;
  onHealth: HealthListener;
}

/** Four questions a second, without waiting for answers: with the pace of states a proof is at most some 700 ms old. */
const askMs = 250;
/** A controller sends its state on every change and at least twice a second (PROTOCOL.md). */
const silentMsMax = 3_000;

export function mqttShelf(options: MqttShelfOptions): DriverShelf {
  const { deviceId, room, clock } = options;
  const device = mqttDevice(room, deviceId);
  const health = healthBook(deviceId, "shelf", clock, options.onHealth);
  const statusListeners: StatusListener[] = [];
  const skew = clockSkew(clock);
  const age = pictureAge(clock, room.bootId);
  const show = pictureShow({ deviceId, clock, health, age });
  const link = linkListeners(clock, show.forget);
  const commands = mqttCommands(device, deviceId, clock);
  const light = mqttLight(device, clock);
  const beat = keepBeat(clock, () => {
    const { bootId, seq } = device.envelope();
    device.say("shelf-beat", { bootId, seq, epoch: commands.epoch }, 0).catch(() => {});
  });
  let heardAtMs = Number.NEGATIVE_INFINITY;
  let cancelWatch = clock.after(silentMsMax, watch);
  const stopAsking = keepAsking(room, device, age);

  function lose(reason: Refusal): void {
    link.set(false);
    health.down(reason);
  }

  function watch(): void {
    cancelWatch = clock.after(silentMsMax / 4, watch);
    if (link.isUp && clock.monoMs() - heardAtMs > silentMsMax)
      lose(new Refusal("device-timeout", { device: deviceId }));
  }

  function hear(payload: Exclude<Payload<"shelf-state">, { state: "offline" }>): void {
    const { state: _, sentAt, heardAsk, ...told } = payload;
    const status: ShelfStatus = { ...told, clockSkewMs: skew.heard(sentAt) };
    heardAtMs = clock.monoMs();
    light.shows(status.light);
    link.set(true);
    const { bootId, seq } = payload;
    const madeAfterMs = age.madeAfterMs({ bootId, seq, sentAt, heardAsk }, heardAtMs);
    show.heard(bootId, madeAfterMs, status.clockSkewMs ?? 0);
    const { lastCommand } = status;
    if (lastCommand) commands.settle(lastCommand.wireId, lastCommand.result, lastCommand.reason);
    for (const listener of statusListeners) listener(status, heardAtMs, madeAfterMs);
  }

  device.hear(
    "shelf-state",
    (payload, isRetained) => {
      if (payload.state === "offline") lose(new Refusal("device-timeout", { device: deviceId }));
      // A retained picture has an unknown age, so nothing moves by it; the next one comes within 5 s.
      else if (!isRetained) hear(payload);
    },
    (problem) => lose(new Refusal("device-wrong-answer", { device: deviceId, detail: problem })),
  );
  device.hear("shelf-event", (event, isRetained) => {
    if (!isRetained && event.event === "command") commands.settle(event.wireId, event.result, event.reason);
  });
  room.link.onState((state) => {
    if (!state.up) lose(state.reason ?? new Refusal("broker-offline", { address: "", detail: "closed" }));
  });

  return {
    ...{ deviceId, cannotKeep: [], onLink: link.onLink, send: commands.send, light: light.light },
    onStatus: (listener) => void statusListeners.push(listener),
    stop: paceStops(clock, async () => {
      const commandId = device.newId("stop");
      await device.say("shelf-stop", { commandId, sentAt: moment(clock.nowMs()), cause: "gateway" });
      if (!link.isUp) throw new Refusal("device-timeout", { device: deviceId });
    }),
    heartbeat: beat.heartbeat,
    health: () => health.current,
    close() {
      beat.close();
      cancelWatch();
      stopAsking();
    },
  };
}

/** Sends questions whose numbers the pictures carry back; returns a function that stops it. */
function keepAsking({ link, clock }: MqttRoom, device: MqttDevice, age: PictureAge): () => void {
  let cancel = clock.after(0, ask);

  function ask(): void {
    cancel = clock.after(askMs, ask);
    if (!link.state.up) return;
    const { bootId, seq } = device.envelope();
    // Counted before it is sent: a delay on the way makes the picture look older, never younger.
    age.asked(seq);
    device.say("shelf-ask", { bootId, seq }, 0).catch(() => {});
  }

  return () => cancel();
}
