/** A digital-input module on Modbus: one read every 100 ms; whatever is not understood makes its contacts unknown. */
import { decodeInputs, encodeInputsRead, type InputProfile } from "../../../firmware-protocols/digital-inputs/index.ts";
import { decodeResponsePdu, type ModbusResponse } from "../../../firmware-protocols/modbus/index.ts";
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { DeviceHealth, InputPort } from "../../contract/ports.ts";
import { type BookedChannel, inputBook } from "../inputs/input-book.ts";
import { contactShow } from "../inputs/show-contacts.ts";
import { type HealthListener, healthBook } from "./health.ts";
import { type ModbusLine, modbusUnit } from "./modbus-unit.ts";

export interface ModbusInputOptions {
  deviceId: string;
  unit: number;
  line: ModbusLine;
  profile: InputProfile;
  firstAddress: number;
  /** What a closed contact reads as. */
  closedReads: boolean;
  channels: readonly BookedChannel[];
  clock: Clock;
  onHealth: HealthListener;
}

export interface DriverInput extends InputPort {
  health(): DeviceHealth;
  close(): void;
}

/** A press of a quarter second is read twice. */
const pollMs = 100;
/** On a bare line a late answer looks like the next one's: after a timeout it gets so long to come and be known as late. */
const lateWaitMs = 300;
/** Longer without a reading, and a press may have begun or ended unseen. One lost answer and its wait fit into it. */
const gapMsMax = 700;
/** A read that waited longer would tell of another moment than it is taken for. */
const queuedMsMax = 300;

export function modbusInput(options: ModbusInputOptions): DriverInput {
  const { deviceId, profile, clock, line, channels } = options;
  const unit = modbusUnit(line, options.unit, deviceId);
  const health = healthBook(deviceId, "input", clock, options.onHealth);
  const channelCount = Math.max(...channels.map(({ no }) => no));
  const request = encodeInputsRead(profile, { firstAddress: options.firstAddress, channelCount });
  const book = inputBook({ deviceId, channels, gapMsMax, isTold: false, clock, onSilence: () => {} });
  const contacts = contactShow(clock, () => options.onHealth(health.current));
  let isClosed = false;
  let isAsking = false;
  /** Something of the right length came during this question. */
  let isHeard = false;
  let cancelPoll = () => {};
  let lastGoodAtMs = Number.NEGATIVE_INFINITY;
  /** It said anything at all since the last question that went out. */
  let isThere = true;
  /** How it answers while it answers wrongly; a quarantine, in which it is not asked, does not change that. */
  let manner: Refusal | null = null;

  line.bus.onFrame((adu) => {
    if (isClosed || adu.unit !== options.unit) return;
    isThere = true;
    const response = decodeResponsePdu(adu.pdu);
    if (response === null || "exception" in response || response.fn !== profile.fn) return;
    const [told, asked] = [lengthOf(response), expectedLength(profile, channelCount)];
    const detail = `${told} of ${asked} ${profile.fn === 3 ? "registers" : "bits"}`;
    if (told !== asked) distrust(new Refusal("device-wrong-answer", { device: deviceId, detail }));
    else if (!isAsking) distrust(new Refusal("device-answers-late", { device: deviceId }));
    else isHeard = true;
  });

  /** An answer that is no answer is worse than none: the line is there, and what it says is not to be believed. */
  function distrust(reason: Refusal): void {
    manner = reason;
    book.forget();
    health.degraded(reason);
  }

  async function readOnce(): Promise<void> {
    isHeard = false;
    isAsking = true;
    const response = await unit.ask(request, "status", { queuedMsMax }).finally(() => {
      isAsking = false;
    });
    if (isClosed) return;
    const bits = decodeInputs(profile, { channelCount }, response);
    if (bits === null) throw new Refusal("device-wrong-answer", { device: deviceId, detail: "too few channels" });
    const nowMs = clock.monoMs();
    lastGoodAtMs = nowMs;
    manner = null;
    book.take(new Map(bits.map((bit, i) => [i + 1, bit === options.closedReads])), nowMs);
    const fault = book.fault();
    if (fault) health.degraded(fault);
    else health.up(book.summary());
    contacts.show(book.summary());
  }

  /** How long to leave it alone. */
  function failed(error: unknown): number {
    const code = error instanceof Refusal ? error.code : null;
    if (isClosed || code === "bus-preempted") return pollMs;
    if (code === "device-refused" || code === "device-wrong-answer") {
      distrust(error as Refusal);
      return pollMs;
    }
    const isTimeout = code === "device-timeout";
    // With transaction numbers a late answer arrives during the next question and is known by its number.
    if (isTimeout && isHeard) distrust(new Refusal("device-answers-late", { device: deviceId }));
    const isQuarantined = code === "device-quarantined";
    // Two questions without a sound: it is gone, however it answered before.
    if (isTimeout && !isThere) manner = null;
    if (isTimeout) isThere = isHeard;
    if (!isTimeout && !isQuarantined && code !== "bus-full") book.forget();
    const isGap = clock.monoMs() - lastGoodAtMs > gapMsMax;
    if (manner === null && isGap) health.down(error);
    return isTimeout ? lateWaitMs : pollMs;
  }

  function poll(): void {
    const startMs = clock.monoMs();
    readOnce()
      .then(() => Math.max(20, startMs + pollMs - clock.monoMs()))
      .catch(failed)
      .then((waitMs) => {
        if (!isClosed) cancelPoll = clock.after(waitMs, poll);
      });
  }

  line.bus.link.onState((state) => {
    if (state.up || isClosed) return;
    manner = null;
    book.forget();
    health.down(state.reason ?? new Refusal("link-lost", { address: line.bus.link.name, detail: "closed" }));
  });
  cancelPoll = clock.after(0, poll);

  return {
    deviceId,
    stateOf: book.stateOf,
    onChange: book.onChange,
    onPress: book.onPress,
    onReading: book.onReading,
    health: () => health.current,
    close() {
      isClosed = true;
      cancelPoll();
      book.close();
      contacts.close();
    },
  };
}

function lengthOf(response: ModbusResponse): number {
  return "bits" in response ? response.bits.length : "registers" in response ? response.registers.length : 0;
}

/** Bits come in whole bytes. */
function expectedLength(profile: InputProfile, channelCount: number): number {
  return profile.fn === 3 ? Math.ceil(channelCount / 16) : Math.ceil(channelCount / 8) * 8;
}
