/** A board of contacts on MQTT (archive/v1 input-state). Its messages count only if fresh, complete, in order and on time. */
import type { Payload } from "../../../firmware-protocols/archive-mqtt/index.ts";
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import { type BookedChannel, inputBook } from "../inputs/input-book.ts";
import { contactShow } from "../inputs/show-contacts.ts";
import { type HealthListener, healthBook } from "./health.ts";
import type { DriverInput } from "./modbus-input.ts";
import { type MqttRoom, mqttDevice } from "./mqtt-device.ts";
import { sentMoment } from "./sent-moment.ts";

export interface MqttInputOptions {
  deviceId: string;
  room: MqttRoom;
  channels: readonly BookedChannel[];
  clock: Clock;
  onHealth: HealthListener;
}

type Told = Extract<Payload<"input-state">, { state: "online" }>;

/** Boards report at least once a second. */
const gapMsMax = 3000;
/** Messages that a board stored while it was offline must not press a key now. */
const clockOffMsMax = 5000;

export function mqttInput(options: MqttInputOptions): DriverInput {
  const { deviceId, room, channels, clock } = options;
  const device = mqttDevice(room, deviceId);
  const health = healthBook(deviceId, "input", clock, options.onHealth);
  const silent = () => health.down(new Refusal("device-timeout", { device: deviceId }));
  const book = inputBook({ deviceId, channels, gapMsMax, isTold: true, clock, onSilence: silent });
  let last: { bootId: number; seq: number } | null = null;
  const sent = sentMoment(clock);
  const contacts = contactShow(clock, () => options.onHealth(health.current));
  let isClosed = false;

  /** Forgets earlier messages: they must not be half of a press or serve for comparison. */
  function forget(): void {
    book.forget();
    sent.forget();
    last = null;
  }

  function doubt(reason: Refusal): void {
    forget();
    health.degraded(reason);
  }

  function take(told: Told): void {
    const { bootId, seq } = told;
    const isSameBoot = last?.bootId === bootId;
    // QoS 1 may deliver a message twice; the repeat carries nothing new.
    if (isSameBoot && last?.seq === seq) return;
    const offMs = clock.nowMs() - Date.parse(told.sentAt);
    if (!(Math.abs(offMs) <= clockOffMsMax)) {
      doubt(new Refusal("device-clock-off", { device: deviceId, offS: Math.round(offMs / 1000) }));
      return;
    }
    // A message was lost or overtaken, or the board restarted: nobody saw what happened in between.
    if (!isSameBoot) forget();
    else if (seq !== (last?.seq ?? 0) + 1) book.forget();
    last = { bootId, seq };
    book.take(new Map(told.channels.map(({ channel, closed }) => [channel, closed])), sent.of(offMs));
    const missing = channels.find(({ no }) => !told.channels.some(({ channel }) => channel === no));
    const detail = missing && `channel ${missing.no} is not told`;
    const fault = detail ? new Refusal("device-wrong-answer", { device: deviceId, detail }) : book.fault();
    if (fault) health.degraded(fault);
    else health.up(book.summary());
    contacts.show(book.summary());
  }

  device.hear(
    "input-state",
    (told, isRetained) => {
      if (isClosed) return;
      if (told.state === "offline") {
        forget();
        silent();
      } else if (!isRetained) take(told);
    },
    (problem) => {
      if (!isClosed) doubt(new Refusal("device-wrong-answer", { device: deviceId, detail: problem }));
    },
  );
  room.link.onState((state) => {
    if (state.up || isClosed) return;
    forget();
    health.down(state.reason ?? new Refusal("broker-offline", { address: "", detail: "closed" }));
  });

  return {
    deviceId,
    stateOf: book.stateOf,
    onChange: book.onChange,
    onPress: book.onPress,
    onReading: book.onReading,
    health: () => health.current,
    close() {
      isClosed = true;
      book.close();
      contacts.close();
    },
  };
}
