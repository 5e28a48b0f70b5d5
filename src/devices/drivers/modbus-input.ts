/** A digital-input module on Modbus: one read every 100 ms; whatever is not understood makes its contacts unknown. */
import { decodeInputs, encodeInputsRead, type InputProfile } from "../../../firmware-protocols/digital-inputs/index.ts";
import { decodeResponsePdu, type ModbusResponse } from "../../../firmware-protocols/modbus/index.ts";
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { DeviceHealth, InputPort } from "../../contract/ports.ts";
import type { InputChannel } from "../../site/input-channels.ts";
import { inputBook } from "../inputs/input-book.ts";
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
  channels: readonly InputChannel[];
  clock: Clock;
  onHealth: HealthListener;
}

export interface DriverInput extends InputPort {
  health(): DeviceHealth;
  close(): void;
}

/** A press of a quarter second is read twice. */
const pollMs = 100;
/** Longer without a reading, and a press may have begun or ended unseen. */
const gapMsMax = 500;
/** A read that waited longer would tell of another moment than it is taken for. */
const queuedMsMax = 300;

export function modbusInput(options: ModbusInputOptions): DriverInput {
  const { deviceId, profile, clock, line, channels } = options;
  const unit = modbusUnit(line, options.unit, deviceId);
  const health = healthBook(deviceId, "input", clock, options.onHealth);
  const channelCount = Math.max(...channels.map(({ no }) => no));
  const request = encodeInputsRead(profile, { firstAddress: options.firstAddress, channelCount });
  const book = inputBook({ deviceId, channels, gapMsMax, isTold: false, clock, onSilence: () => {} });
  let isClosed = false;
  let cancelPoll = () => {};
  let lastGoodAtMs = Number.NEGATIVE_INFINITY;
  /** What came from the module during this question, by what it was. */
  let heard: { whole: number; other: string | null } = { whole: 0, other: null };

  line.bus.onFrame((adu) => {
    if (adu.unit !== options.unit) return;
    const response = decodeResponsePdu(adu.pdu);
    if (response === null || "exception" in response || response.fn !== profile.fn) return;
    const [told, asked] = [lengthOf(response), expectedLength(profile, channelCount)];
    if (told === asked) heard.whole++;
    else heard.other = `${told} of ${asked} ${profile.fn === 3 ? "registers" : "bits"}`;
  });

  async function readOnce(): Promise<void> {
    heard = { whole: 0, other: null };
    const response = await unit.ask(request, "status", { retries: 1, queuedMsMax });
    const bits = decodeInputs(profile, { channelCount }, response);
    if (isClosed) return;
    if (bits === null) throw new Refusal("device-wrong-answer", { device: deviceId, detail: "too few channels" });
    const nowMs = clock.monoMs();
    lastGoodAtMs = nowMs;
    book.take(new Map(bits.map((bit, i) => [i + 1, bit === options.closedReads])), nowMs);
    const fault = book.fault();
    if (fault) health.degraded(fault);
    else health.up(book.summary());
  }

  function failed(error: unknown): void {
    if (isClosed) return;
    const code = error instanceof Refusal ? error.code : null;
    if (code === "bus-preempted") return;
    const isAway = code === "device-timeout" || code === "device-quarantined" || code === "bus-full";
    // An answer that is no answer is worse than none: the line is there, and what it says is not to be believed.
    if (!isAway || heard.other !== null) book.forget();
    else if (clock.monoMs() - lastGoodAtMs <= gapMsMax) return;
    if (heard.other !== null) {
      health.degraded(new Refusal("device-wrong-answer", { device: deviceId, detail: heard.other }));
    } else if (heard.whole > 0) {
      health.degraded(new Refusal("device-answers-late", { device: deviceId }));
    } else if (code === "device-refused" || code === "device-wrong-answer") {
      health.degraded(error as Refusal);
    } else {
      health.down(error);
    }
  }

  function poll(): void {
    const startMs = clock.monoMs();
    readOnce()
      .catch(failed)
      .then(() => {
        if (!isClosed) cancelPoll = clock.after(Math.max(20, startMs + pollMs - clock.monoMs()), poll);
      });
  }

  line.bus.link.onState((state) => {
    if (state.up || isClosed) return;
    book.forget();
    health.down(state.reason ?? new Refusal("link-lost", { address: line.bus.link.name, detail: "closed" }));
  });
  cancelPoll = clock.after(0, poll);

  return {
    deviceId,
    stateOf: book.stateOf,
    onChange: book.onChange,
    onPress: book.onPress,
    health: () => health.current,
    close() {
      isClosed = true;
      cancelPoll();
      book.close();
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
