/** A shelf controller on MQTT (archive/v1): its state is pushed, its events answer commands. Payloads: firmware-protocols/archive-mqtt. */
import { type Clock, sleep } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { StatusListener } from "../../contract/ports.ts";
import type { LightTarget, ShelfStatus } from "../../contract/shelf.ts";
import { clockSkew } from "./clock-skew.ts";
import { type HealthListener, healthBook } from "./health.ts";
import type { DriverShelf } from "./modbus-shelf.ts";
import { type MqttRoom, moment, mqttDevice } from "./mqtt-device.ts";
import { paceStops } from "./pace-stops.ts";
import { pictureAge } from "./picture-age.ts";
import { pictureShow } from "./picture-show.ts";

export interface MqttShelfOptions {
  deviceId: string;
  room: MqttRoom;
  clock: Clock;
  onHealth: HealthListener;
}

const beatMs = 100;
/** Four questions a second, and no answer is waited for: with the states' own pace a proof is some 700 ms old at its oldest. */
const askMs = 250;
/** A controller tells its state on every change and at least twice a second (PROTOCOL.md). */
const silentMsMax = 3_000;
const lightMsMax = 2000;
/** Beside the command's own time to live: both ways through the broker. */
const answerMarginMs = 500;

export function mqttShelf(options: MqttShelfOptions): DriverShelf {
  const { deviceId, room, clock } = options;
  const device = mqttDevice(room, deviceId);
  const health = healthBook(deviceId, "shelf", clock, options.onHealth);
  const statusListeners: StatusListener[] = [];
  const linkListeners: ((up: boolean, atMs: number) => void)[] = [];
  /** Commands that wait to be taken, by wire id. */
  const waiting = new Map<number, (reason: string | null) => void>();
  const skew = clockSkew(clock);
  const age = pictureAge(clock, room.bootId);
  const show = pictureShow({ deviceId, clock, health, age });
  let shown: LightTarget | null = null;
  let lightShown: (() => void) | null = null;
  let isUp = false;
  let heardAtMs = Number.NEGATIVE_INFINITY;
  let epoch = 0;
  let cancelBeat: (() => void) | null = null;
  let cancelWatch = clock.after(silentMsMax, watch);
  let cancelAsk = clock.after(0, ask);

  function setUp(up: boolean): void {
    if (up === isUp) return;
    isUp = up;
    if (!up) show.forget();
    for (const listener of linkListeners) listener(up, clock.monoMs());
  }

  function lose(reason: Refusal): void {
    setUp(false);
    health.down(reason);
  }

  function watch(): void {
    cancelWatch = clock.after(silentMsMax / 4, watch);
    if (isUp && clock.monoMs() - heardAtMs > silentMsMax) lose(new Refusal("device-timeout", { device: deviceId }));
  }

  function ask(): void {
    cancelAsk = clock.after(askMs, ask);
    if (!room.link.state.up) return;
    const { bootId, seq } = device.envelope();
    // Before it goes out: what waits on its way makes the picture look older, never younger.
    age.asked(seq);
    device.say("shelf-ask", { bootId, seq }, 0).catch(() => {});
  }

  function settle(wireId: number, result: string, reason: string | null): void {
    if (result === "none") return;
    waiting.get(wireId)?.(result === "refused" ? (reason ?? "refused") : null);
  }

  device.hear(
    "shelf-state",
    (payload, isRetained) => {
      if (payload.state === "offline") {
        lose(new Refusal("device-timeout", { device: deviceId }));
        return;
      }
      // A retained picture is of unknown age, and nothing moves on that; the next one comes within 5 s.
      if (isRetained) return;
      const { state: _, sentAt, heardAsk, ...told } = payload;
      const status: ShelfStatus = { ...told, clockSkewMs: skew.heard(sentAt) };
      heardAtMs = clock.monoMs();
      showLight(status.light);
      setUp(true);
      const { bootId, seq } = payload;
      const madeAfterMs = age.madeAfterMs({ bootId, seq, sentAt, heardAsk }, heardAtMs);
      show.heard(bootId, madeAfterMs, status.clockSkewMs ?? 0);
      if (status.lastCommand) settle(status.lastCommand.wireId, status.lastCommand.result, status.lastCommand.reason);
      for (const listener of statusListeners) listener(status, heardAtMs, madeAfterMs);
    },
    (problem) => lose(new Refusal("device-wrong-answer", { device: deviceId, detail: problem })),
  );
  device.hear("shelf-event", (event, isRetained) => {
    if (!isRetained && event.event === "command") settle(event.wireId, event.result, event.reason);
  });
  device.hear("light-state", (payload) => {
    if (payload.state === "online") showLight(payload.target);
  });

  function showLight(target: LightTarget | null): void {
    shown = target;
    lightShown?.();
  }

  room.link.onState((state) => {
    if (!state.up) lose(state.reason ?? new Refusal("broker-offline", { address: "", detail: "closed" }));
  });

  function sendBeat(): void {
    cancelBeat = clock.after(beatMs, sendBeat);
    const { bootId, seq } = device.envelope();
    device.say("shelf-beat", { bootId, seq, epoch }, 0).catch(() => {});
  }

  return {
    deviceId,
    cannotKeep: [],
    onStatus: (listener) => void statusListeners.push(listener),
    onLink: (listener) => void linkListeners.push(listener),
    send(command) {
      const { wireId, verb, aisle, ttlMs, expectedOpenAisle } = command;
      epoch = command.epoch;
      const fields = {
        ...device.expiringEnvelope(ttlMs),
        commandId: device.newId("cmd"),
        wireId,
        epoch,
        ttlMs,
        expectedOpenAisle,
      };
      const payload = verb === "open" ? { ...fields, verb, aisle } : { ...fields, verb, aisle: 0 as const };
      return new Promise((resolve, reject) => {
        const end = (error: unknown) => {
          cancel();
          waiting.delete(wireId);
          if (error) reject(error);
          else resolve();
        };
        const timeout = () => end(new Refusal("device-timeout", { device: deviceId }));
        const cancel = clock.after(ttlMs + answerMarginMs, timeout);
        waiting.set(wireId, (reason) =>
          end(reason === null ? null : new Refusal("device-refused", { device: deviceId, detail: reason })),
        );
        // The broker's acknowledgement says nothing of the controller: only its event or state does.
        device.say("shelf-cmd", payload).catch(end);
      });
    },
    stop: paceStops(clock, async () => {
      const commandId = device.newId("stop");
      await device.say("shelf-stop", { commandId, sentAt: moment(clock.nowMs()), cause: "gateway" });
      if (!isUp) throw new Refusal("device-timeout", { device: deviceId });
    }),
    heartbeat(on) {
      if (on === (cancelBeat !== null)) return;
      cancelBeat?.();
      cancelBeat = null;
      if (on) sendBeat();
    },
    async light(target) {
      const changed = new Promise<void>((resolve) => {
        lightShown = () => {
          if (JSON.stringify(shown) === JSON.stringify(target)) resolve();
        };
      });
      const fields = { ...device.expiringEnvelope(lightMsMax), commandId: device.newId("light") };
      await device.say("light-cmd", { ...fields, target });
      lightShown?.();
      await Promise.race([changed, sleep(clock, lightMsMax)]);
      return shown;
    },
    health: () => health.current,
    close() {
      cancelBeat?.();
      cancelWatch();
      cancelAsk();
    },
  };
}
