/** A digital-input module on Modbus: one read every 100 ms; an answer that is not understood makes its contacts unknown. */
import {
  decodeInputs,
  encodeInputsRead,
  type InputRegisterMap,
} from "../../../firmware-protocols/digital-inputs/index.ts";
import { decodeResponsePdu, type ModbusResponse } from "../../../firmware-protocols/modbus/index.ts";
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { DeviceHealth, InputPort } from "../../contract/ports.ts";
import { type BookedChannel, inputBook } from "../inputs/input-book.ts";
import { contactShow } from "../inputs/show-contacts.ts";
import { type HealthListener, healthBook } from "./health.ts";
import { inputManner } from "./input-manner.ts";
import { type ModbusLine, modbusUnit } from "./modbus-unit.ts";

export interface ModbusInputOptions {
  deviceId: string;
  unit: number;
  line: ModbusLine;
  registerMap: InputRegisterMap;
  firstAddress: number;
  /** The bit value of a closed contact. */
  closedReads: boolean;
  channels: readonly BookedChannel[];
  clock: Clock;
  onHealth: HealthListener;
}

export interface DriverInput extends InputPort {
  health(): DeviceHealth;
  close(): void;
}

/** At this rate a press of a quarter second is read twice. */
const pollMs = 100;
/** On a bare line a late answer looks like the next one; after a timeout the line waits this long to recognise it as late. */
const lateWaitMs = 300;
/** After this long without a reading a press may have begun or ended unseen. It allows for one lost answer and its wait. */
const gapMsMax = 700;
/** A read that waited longer in the queue would describe a later moment than assumed. */
const queuedMsMax = 300;

export function modbusInput(options: ModbusInputOptions): DriverInput {
  const { deviceId, registerMap, clock, line, channels } = options;
  const unit = modbusUnit(line, options.unit, deviceId);
  const health = healthBook(deviceId, "input", clock, options.onHealth);
  const channelCount = Math.max(...channels.map(({ no }) => no));
  const request = encodeInputsRead(registerMap, { firstAddress: options.firstAddress, channelCount });
  const book = inputBook({ deviceId, channels, gapMsMax, isTold: false, clock, onSilence: () => {} });
  const contacts = contactShow(clock, () => options.onHealth(health.current));
  const manner = inputManner({ deviceId, clock, health, gapMsMax, forget: book.forget });
  let isClosed = false;
  let cancelPoll = () => {};

  line.bus.onFrame((adu) => {
    if (isClosed || adu.unit !== options.unit) return;
    const response = decodeResponsePdu(adu.pdu);
    if (response === null || "exception" in response || response.fn !== registerMap.fn) return manner.heard(null);
    const [told, asked] = [lengthOf(response), expectedLength(registerMap, channelCount)];
    manner.heard(told === asked ? "right" : `${told} of ${asked} ${registerMap.fn === 3 ? "registers" : "bits"}`);
  });

  async function readOnce(): Promise<void> {
    manner.asks();
    const response = await unit.ask(request, "status", { queuedMsMax }).finally(manner.asked);
    if (isClosed) return;
    const bits = decodeInputs(registerMap, { channelCount }, response);
    if (bits === null) throw new Refusal("device-wrong-answer", { device: deviceId, detail: "too few channels" });
    const nowMs = clock.monoMs();
    manner.good(nowMs);
    book.take(new Map(bits.map((bit, i) => [i + 1, bit === options.closedReads])), nowMs);
    const fault = book.fault();
    if (fault) health.degraded(fault);
    else health.up(book.summary());
    contacts.show(book.summary());
  }

  function poll(): void {
    const startMs = clock.monoMs();
    void readOnce()
      .then(() => Math.max(20, startMs + pollMs - clock.monoMs()))
      .catch((error: unknown) => (!isClosed && manner.failed(error) === "timeout" ? lateWaitMs : pollMs))
      .then((waitMs) => {
        if (!isClosed) cancelPoll = clock.after(waitMs, poll);
      });
  }

  line.bus.link.onState((state) => {
    if (state.up || isClosed) return;
    manner.lost();
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
function expectedLength(registerMap: InputRegisterMap, channelCount: number): number {
  return registerMap.fn === 3 ? Math.ceil(channelCount / 16) : Math.ceil(channelCount / 8) * 8;
}
