import type { MessageCodec, Status } from "./message.ts";
import { type BufferedTag, type GetBuffer, getBuffer, type TakeBuffer, takeBuffer } from "./messages/buffer.ts";
import {
  type BufferCount,
  type ClearBuffer,
  type CountBuffer,
  clearBuffer,
  countBuffer,
} from "./messages/buffer-count.ts";
import { type EpcMatch, type GetEpcMatch, getEpcMatch, type SetEpcMatch, setEpcMatch } from "./messages/epc-match.ts";
import { type AntennaError, type FastSwitch, type FastSwitchEnd, fastSwitch } from "./messages/fast-switch.ts";
import { type FirmwareVersion, firmwareVersion, type GetFirmwareVersion } from "./messages/firmware-version.ts";
import { type GpioLevels, type ReadGpio, readGpio, type WriteGpio, writeGpio } from "./messages/gpio.ts";
import { type Inventory, type InventorySummary, inventory } from "./messages/inventory.ts";
import type { InventoryEnd } from "./messages/inventory-end.ts";
import { type OneByteGet, type OneByteValue, oneByteGets } from "./messages/one-byte-get.ts";
import { type OneByteSet, oneByteSets } from "./messages/one-byte-set.ts";
import {
  type GetOutputPower,
  getOutputPower,
  type OutputPower,
  type SetOutputPower,
  setOutputPower,
} from "./messages/output-power.ts";
import { type RealTimeInventory, realTimeInventory } from "./messages/real-time-inventory.ts";
import { type GetRegion, getRegion, type Region, type SetRegion, setRegion } from "./messages/region.ts";
import { type Reset, reset } from "./messages/reset.ts";
import { type MeasureReturnLoss, type ReturnLoss, returnLoss } from "./messages/return-loss.ts";
import { type SessionInventory, sessionInventory } from "./messages/session-inventory.ts";
import type { Tag } from "./messages/tag-report.ts";
import { type GetTemperature, type Temperature, temperature } from "./messages/temperature.ts";

/** All requests of a host. */
export type Request =
  | ReadGpio
  | WriteGpio
  | OneByteSet
  | OneByteGet
  | Reset
  | GetFirmwareVersion
  | SetOutputPower
  | GetOutputPower
  | SetRegion
  | GetRegion
  | GetTemperature
  | MeasureReturnLoss
  | Inventory
  | SetEpcMatch
  | GetEpcMatch
  | RealTimeInventory
  | FastSwitch
  | SessionInventory
  | GetBuffer
  | TakeBuffer
  | CountBuffer
  | ClearBuffer;

/** All answers of a reader. */
export type Reply =
  | Status
  | GpioLevels
  | OneByteValue
  | FirmwareVersion
  | OutputPower
  | Region
  | Temperature
  | ReturnLoss
  | InventorySummary
  | EpcMatch
  | Tag
  | InventoryEnd
  | FastSwitchEnd
  | AntennaError
  | BufferedTag
  | BufferCount;

/** Every message of this codec. Write, lock and kill are only named (PROTOCOL.md). */
export const messages: readonly MessageCodec<Request, Reply>[] = [
  readGpio,
  writeGpio,
  ...oneByteSets,
  ...oneByteGets,
  reset,
  firmwareVersion,
  setOutputPower,
  getOutputPower,
  setRegion,
  getRegion,
  temperature,
  returnLoss,
  inventory,
  setEpcMatch,
  getEpcMatch,
  realTimeInventory,
  fastSwitch,
  sessionInventory,
  getBuffer,
  takeBuffer,
  countBuffer,
  clearBuffer,
] as readonly MessageCodec<Request, Reply>[];

const byCommand: (MessageCodec<Request, Reply> | undefined)[] = new Array(256).fill(undefined);
const byRequestKind = new Map<string, MessageCodec<Request, Reply>>();
for (const message of messages) {
  byCommand[message.command] = message;
  // A message is named after its request's kind; the vectors test checks this.
  byRequestKind.set(message.name, message);
}

export function messageOf(command: number): MessageCodec<Request, Reply> | undefined {
  return byCommand[command];
}

export function messageOfRequest(kind: Request["kind"]): MessageCodec<Request, Reply> {
  return byRequestKind.get(kind)!;
}
