/** Runs the steps of one command on a Modbus controller one after another: write, wait, check. */
import { judgeCheck, type RegisterMap, type WireStep } from "../../../firmware-protocols/register-maps/index.ts";
import { type Clock, sleep } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { Priority } from "../bus/transaction.ts";
import type { ModbusUnit } from "./modbus-unit.ts";

export interface WalkDeps {
  deviceId: string;
  unit: ModbusUnit;
  registerMap: RegisterMap;
  clock: Clock;
  /** Count of STOPs; a sequence that began before the last one stops. */
  stops(): number;
}

/** A step that waits longer for the line is given up. */
const queuedMsMax = 500;

/** `life` is checked before each step except the release of a pressed button, which must never stay pressed. */
export async function walkSteps(
  { deviceId, unit, registerMap, clock, stops }: WalkDeps,
  steps: readonly WireStep[],
  priority: Priority,
  life?: () => number,
): Promise<void> {
  const stopsBefore = stops();
  // The bus may repeat a write only if a command id lets the controller recognise the repeat.
  const retries = registerMap.status.lastCommand ? 1 : 0;
  let before: WireStep | null = null;
  for (const step of steps) {
    if (priority === "motion" && stops() !== stopsBefore) throw new Refusal("bus-preempted");
    if (step.kind === "wait") {
      await sleep(clock, step.ms);
      continue;
    }
    const leftMs = life && !isRelease(step, before) ? life() : queuedMsMax;
    if (leftMs <= 0) throw new Refusal("command-expired");
    const limits = life ? { retries, queuedMsMax: Math.min(leftMs, queuedMsMax) } : { retries };
    before = step;
    const answer = await unit.ask(step.request, priority, limits);
    const reason = step.kind === "check" ? judgeCheck(step, answer) : null;
    if (reason) throw new Refusal("device-refused", { device: deviceId, detail: reason });
  }
}

/** A step that writes zeros where the step before wrote other values. */
function isRelease(step: WireStep, before: WireStep | null): boolean {
  if (step.kind !== "write" || before?.kind !== "write") return false;
  const { request } = step;
  if (request.fn !== before.request.fn || request.address !== before.request.address) return false;
  return "values" in request ? request.values.every((value) => !value) : !request.value;
}
