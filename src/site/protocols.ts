/** The site check's facts about each protocol: its kind of device, its wiring, and what it leaves to the gateway. */
import type { SafetyRuleId } from "../contract/safety-rules.ts";
import type { DeviceSpec } from "./schema.ts";

export interface ProtocolFacts {
  kinds: readonly DeviceSpec["kind"][];
  /** Devices of different wires cannot share one pair of lines. */
  wire: "r2000" | "modbus" | "mqtt";
  addressMin: number;
  addressMax: number;
  /** Safety rules that its messages cannot carry (firmware-protocols; a test compares the two). */
  cannotKeep: readonly SafetyRuleId[];
}

const modbus = { wire: "modbus", addressMin: 1, addressMax: 247, cannotKeep: [] } as const;
const mqtt = { wire: "mqtt", addressMin: 0, addressMax: 0, cannotKeep: [] } as const;

export const protocols: Readonly<Record<string, ProtocolFacts>> = {
  r2000: { kinds: ["reader"], wire: "r2000", addressMin: 0, addressMax: 254, cannotKeep: [] },
  "room-1": { kinds: ["shelf", "lights"], ...modbus },
  "fatek-njust": {
    kinds: ["shelf"],
    ...modbus,
    cannotKeep: ["S3", "S4", "S9", "S10", "S12", "S13", "S14", "S15", "S16", "S17", "S18", "S21", "S22", "S23"],
  },
  "xy-md02": { kinds: ["climate"], ...modbus },
  "th-transmitter": { kinds: ["climate"], ...modbus },
  "di-discrete": { kinds: ["input"], ...modbus },
  "di-coils": { kinds: ["input"], ...modbus },
  "di-holding": { kinds: ["input"], ...modbus },
  "archive-mqtt": { kinds: ["reader", "shelf", "climate", "lights", "input"], ...mqtt },
  "impinj-r700": { kinds: ["reader"], ...mqtt },
  "zebra-iotc": { kinds: ["reader"], ...mqtt },
};
