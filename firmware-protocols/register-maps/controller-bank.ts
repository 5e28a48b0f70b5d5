import type { ExceptionCode, RegisterBank } from "../modbus/index.ts";
import { encodeStatus } from "./encode-status.ts";
import type { Operand, RegisterMap, ShelfShape, Table, WriteTemplate } from "./register-map.ts";
import {
  type AlarmName,
  type ReceivedCommand,
  verbs,
  type WireLight,
  type WireStatus,
  type WireVerb,
} from "./wire-status.ts";

/** The meaning of a write. The device decides; acceptance and refusal show in its status, never in the Modbus answer. */
export type ControllerInput =
  | { kind: "stop" }
  | { kind: "beat"; beat: number }
  | { kind: "command"; command: ReceivedCommand }
  | { kind: "light"; target: WireLight | null };

export interface ControllerDevice {
  status(): WireStatus;
  alarms?(): readonly AlarmName[];
  receive(input: ControllerInput): void;
}

/** The controller's side of a registerMap, for the twin: reads show the device's status, writes become inputs. */
export function createControllerBank(
  registerMap: RegisterMap,
  shape: ShelfShape,
  device: ControllerDevice,
): RegisterBank {
  const buttons = buttonsOf(registerMap);
  const templates = holdingTemplates(registerMap);
  const coils = new Map<number, number>([...buttons.keys()].map((address) => [address, 0]));
  const holding = new Map<number, number>();
  for (const { at, values } of templates) for (const i of values.keys()) holding.set(at + i, 0);
  const memory: Partial<Record<Table, Map<number, number>>> = { coil: coils, holding };

  const read = (table: Table, address: number, quantity: number): number[] | ExceptionCode => {
    const picture = encodeStatus(registerMap, shape, device.status(), device.alarms?.())[table];
    const values: number[] = [];
    for (let i = address; i < address + quantity; i++) {
      const value = picture.get(i) ?? memory[table]?.get(i);
      if (value === undefined) return 2;
      values.push(value);
    }
    return values;
  };
  const readBits = (table: Table, address: number, quantity: number): boolean[] | ExceptionCode => {
    const values = read(table, address, quantity);
    return typeof values === "number" ? values : values.map((value) => value !== 0);
  };

  return {
    readCoils: (address, quantity) => readBits("coil", address, quantity),
    readDiscrete: (address, quantity) => readBits("discrete", address, quantity),
    readHolding: (address, quantity) => read("holding", address, quantity),
    readInput: (address, quantity) => read("input", address, quantity),
    writeCoils(address, values) {
      if (values.some((_, i) => !coils.has(address + i))) return 2;
      values.forEach((value, i) => {
        const button = buttons.get(address + i);
        const wasPressed = coils.get(address + i) === 1;
        coils.set(address + i, value ? 1 : 0);
        if (!value || !button) return;
        // STOP counts whenever it is written; the others are push buttons and count once a press.
        if (button === "stop") device.receive({ kind: "stop" });
        else if (!wasPressed) device.receive({ kind: "command", command: pressed(button, registerMap, holding) });
      });
      return null;
    },
    writeHolding(address, values) {
      const template = templates.find(({ at, values: own }) => at === address && own.length === values.length);
      if (!template) return values.every((_, i) => holding.has(address + i)) ? 3 : 2;
      const operands = operandsOf(template, values);
      const inputs = meaningOf(operands);
      if (inputs === null) return 3;
      values.forEach((value, i) => {
        holding.set(address + i, value);
      });
      for (const input of inputs) device.receive(input);
      return null;
    },
  };
}

/** The button of each coil that the registerMap's own writes set. The other coils of such a write belong to the panel. */
function buttonsOf(registerMap: RegisterMap): Map<number, WireVerb | "stop" | null> {
  const buttons = new Map<number, WireVerb | "stop" | null>();
  const collect = (name: WireVerb | "stop", steps: RegisterMap["stop"] | null) => {
    for (const step of steps ?? []) {
      if (!("write" in step) || (step.write.fn !== 5 && step.write.fn !== 15)) continue;
      step.write.values.forEach((value, i) => {
        const address = (step as { write: WriteTemplate }).write.at + i;
        if (value === 1 || !buttons.has(address)) buttons.set(address, value === 1 ? name : null);
      });
    }
  };
  for (const verb of verbs) collect(verb, registerMap.commands[verb]);
  collect("stop", registerMap.stop);
  return buttons;
}

function holdingTemplates(registerMap: RegisterMap): WriteTemplate[] {
  const steps = verbs.flatMap((verb) => registerMap.commands[verb] ?? []);
  const writes = steps.flatMap((step) => ("write" in step ? [step.write] : []));
  const all = [...writes, registerMap.heartbeat, registerMap.light].filter((template) => template !== null);
  return all.filter(({ fn }) => fn === 6 || fn === 16);
}

function operandsOf(template: WriteTemplate, values: readonly number[]): Partial<Record<Operand, number>> {
  const operands: Partial<Record<Operand, number>> = {};
  template.values.forEach((operand, i) => {
    if (typeof operand === "string") operands[operand] = values[i] as number;
  });
  return operands;
}

/** Null = no valid command has these values. */
function meaningOf(operands: Partial<Record<Operand, number>>): ControllerInput[] | null {
  const inputs: ControllerInput[] = operands.beat === undefined ? [] : [{ kind: "beat", beat: operands.beat }];
  if (operands.verb !== undefined) {
    const verb = verbs[operands.verb - 1];
    const { wireId = 0, aisle = 0, epoch = null, ttlMs = null, expectedOpenAisle = null } = operands;
    if (verb === undefined || wireId === 0) return null;
    inputs.push({ kind: "command", command: { verb, aisle, wireId, epoch, ttlMs, expectedOpenAisle } });
  }
  if (operands.lightColumn !== undefined) {
    const {
      lightColumn: column,
      lightSide: side,
      lightBay: bay = 0,
      lightLayer: layer = 0,
      lightSlot: slot = 0,
    } = operands;
    if (column !== 0 && side !== 1 && side !== 2) return null;
    const target: WireLight = { column, side: side === 1 ? "A" : "B", bay, layer, slot };
    inputs.push({ kind: "light", target: column === 0 ? null : target });
  }
  return inputs;
}

/** A button carries no fields: the aisle was written before, everything else is missing. */
function pressed(verb: WireVerb, registerMap: RegisterMap, holding: ReadonlyMap<number, number>): ReceivedCommand {
  const writes = (registerMap.commands[verb] ?? []).flatMap((step) => ("write" in step ? [step.write] : []));
  const aisleAt = writes.find(({ values }) => values.includes("aisle"))?.at;
  const aisle = aisleAt === undefined ? 0 : (holding.get(aisleAt) ?? 0);
  return { verb, aisle, wireId: null, epoch: null, ttlMs: null, expectedOpenAisle: null };
}
