import type { ModbusResponse, ReadRequest, WriteRequest } from "../modbus/index.ts";
import type { CheckTemplate, Operand, RegisterMap, StepTemplate, WriteTemplate } from "./register-map.ts";
import { verbs, type WireCommand, type WireLight, type WireReason } from "./wire-status.ts";

/** The driver's next steps, in order. A check that refuses ends the sequence. */
export type WireStep =
  | { kind: "check"; request: ReadRequest; refuseWhen: CheckTemplate["refuseWhen"] }
  | { kind: "write"; request: WriteRequest }
  | { kind: "wait"; ms: number };

type Operands = Partial<Record<Operand, number>>;

/**
 * Null = this controller has no such verb. `beat` is the next heartbeat count, which the command block contains. Throws
 * RangeError when a field does not fit, and on a time to live above 2 000 ms (S15).
 */
export function encodeCommand(registerMap: RegisterMap, command: WireCommand, beat: number): WireStep[] | null {
  const templates = registerMap.commands[command.verb];
  if (templates === null) return null;
  if (command.wireId < 1) throw new RangeError("command ids begin at 1");
  if (command.ttlMs < 1 || command.ttlMs > 2000) throw new RangeError(`${command.ttlMs} ms to live is not 1–2 000`);
  const { wireId, aisle, epoch, ttlMs, expectedOpenAisle } = command;
  const verb = verbs.indexOf(command.verb) + 1;
  return fill(registerMap, templates, { wireId, verb, aisle, epoch, ttlMs, expectedOpenAisle, beat: beat & 0xffff });
}

/** Never conditional, never delayed: the first step is the write itself. */
export function encodeStop(registerMap: RegisterMap): WireStep[] {
  return fill(registerMap, registerMap.stop, {});
}

/** Null = no heartbeat in this map. The count must change from beat to beat. */
export function encodeBeat(registerMap: RegisterMap, beat: number): WriteRequest | null {
  return registerMap.heartbeat && requestOf(registerMap.heartbeat, { beat: beat & 0xffff });
}

/** `target` null turns the light off. Null result = no guide light in this map. */
export function encodeLight(registerMap: RegisterMap, target: WireLight | null): WriteRequest | null {
  if (!registerMap.light) return null;
  return requestOf(registerMap.light, {
    lightColumn: target?.column ?? 0,
    lightSide: target ? (target.side === "A" ? 1 : 2) : 0,
    lightBay: target?.bay ?? 0,
    lightLayer: target?.layer ?? 0,
    lightSlot: target?.slot ?? 0,
  });
}

/** Why the answer to a check forbids going on; null = go on. An invalid answer forbids it. */
export function judgeCheck(
  step: Extract<WireStep, { kind: "check" }>,
  response: ModbusResponse | null,
): WireReason | null {
  const bits = response && "bits" in response ? response.bits : [];
  for (const [i, { is, reason }] of step.refuseWhen.entries()) {
    if (bits[i] === undefined) return "interlock";
    if (bits[i] === is) return reason;
  }
  return null;
}

function fill(registerMap: RegisterMap, templates: readonly StepTemplate[], operands: Operands): WireStep[] {
  const steps: WireStep[] = [];
  let hasWritten = false;
  for (const template of templates) {
    if ("check" in template) {
      const { fn, at, refuseWhen } = template.check;
      steps.push({ kind: "check", request: { fn, address: at, quantity: refuseWhen.length }, refuseWhen });
      continue;
    }
    if (hasWritten && registerMap.commandPauseMs > 0) steps.push({ kind: "wait", ms: registerMap.commandPauseMs });
    hasWritten = true;
    steps.push({ kind: "write", request: requestOf(template.write, operands) });
  }
  return steps;
}

function requestOf({ fn, at, values }: WriteTemplate, operands: Operands): WriteRequest {
  const numbers = values.map((value) => {
    const number = typeof value === "number" ? value : operands[value];
    if (number === undefined || !Number.isInteger(number) || number < 0 || number > 0xffff) {
      throw new RangeError(`${value} = ${number} does not fit a register`);
    }
    return number;
  });
  const first = numbers[0] as number;
  if (fn === 5) return { fn, address: at, value: first === 1 };
  if (fn === 6) return { fn, address: at, value: first };
  return fn === 15 ? { fn, address: at, values: numbers.map((n) => n === 1) } : { fn, address: at, values: numbers };
}
