/** From an empty room to the first box found: which steps are done. Pure. */
import type { FirstBoxView } from "../../../../src/contract/catalogue.ts";
import type { Right } from "../../../../src/contract/roles.ts";

export const stepKeys = ["site", "devices", "staff", "box", "tag", "slot", "show"] as const;
export type StepKey = (typeof stepKeys)[number];

export interface Step {
  key: StepKey;
  isDone: boolean;
  /** Null: no right is needed. */
  right: Right | null;
}

export function stepsOf(view: FirstBoxView, devices: readonly { state: string }[]): Step[] {
  return [
    { key: "site", isDone: view.slots > 0, right: null },
    { key: "devices", isDone: devices.length > 0 && devices.every((one) => one.state === "up"), right: "devices" },
    { key: "staff", isDone: view.hasStaff, right: "people" },
    { key: "box", isDone: view.box !== null, right: "catalogue" },
    { key: "tag", isDone: view.hasTag, right: "catalogue" },
    { key: "slot", isDone: view.isPlaced, right: "lend" },
    { key: "show", isDone: view.isShown, right: "move" },
  ];
}
