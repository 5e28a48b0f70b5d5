/** Presses of buttons, turns of keys, faults of wires, and modules that answer wrongly. */
import type { InputModule } from "../input/input-module.ts";
import type { Twin } from "../twin.ts";
import { deviceArg, isGiven, numberArg, type Raw, switchArg, wordArg } from "./arguments.ts";
import type { Command } from "./commands.ts";
import { ControlError } from "./refusal.ts";

function moduleArg(twin: Twin, raw: Raw): InputModule {
  const module = twin.inputs.get(deviceArg(twin, raw));
  if (!module) throw new ControlError("bad-argument", { name: "device", what: String(raw.device) });
  return module;
}

function channelArg(module: InputModule, raw: Raw): number {
  return Math.floor(numberArg(raw, "channel", 1, module.contacts.size));
}

const contactFaults = { short: "isShorted", cut: "isCut", wear: "isWorn" } as const;
const moduleFaults = { invert: "isInverted", freeze: "isFrozen", "too-long": "isTooLong" } as const;

export const inputCommands: Record<string, Command> = {
  press: {
    args: ["device", "channel", "ms"],
    run(twin, raw) {
      const module = moduleArg(twin, raw);
      module.press(channelArg(module, raw), numberArg(raw, "ms", 1, 600_000, 400));
    },
  },
  /** Until it is released: `hold keys-1 1 off`. */
  hold: {
    args: ["device", "channel", "on"],
    run(twin, raw) {
      const module = moduleArg(twin, raw);
      module.change(channelArg(module, raw), { isHeld: switchArg(raw) });
    },
  },
  /** Short circuit, broken wire, worn contact. */
  contact: {
    args: ["device", "channel", "fault", "on"],
    run(twin, raw) {
      const module = moduleArg(twin, raw);
      const fault = wordArg(raw, "fault", ["short", "cut", "wear"]);
      module.change(channelArg(module, raw), { [contactFaults[fault]]: switchArg(raw) });
    },
  },
  module: {
    args: ["device", "fault", "on"],
    run(twin, raw) {
      const fault = wordArg(raw, "fault", ["invert", "freeze", "too-long"]);
      moduleArg(twin, raw).faults[moduleFaults[fault]] = switchArg(raw);
    },
  },
  /** Without a code: answers normally again. */
  exception: {
    args: ["device", "code"],
    run(twin, raw) {
      moduleArg(twin, raw).faults.exception = isGiven(raw, "code") ? numberArg(raw, "code", 1, 255) : null;
    },
  },
  late: {
    args: ["device", "ms"],
    run(twin, raw) {
      moduleArg(twin, raw).faults.lateMs = numberArg(raw, "ms", 0, 10_000, 0);
    },
  },
  "clock-ahead": {
    args: ["device", "s"],
    run(twin, raw) {
      moduleArg(twin, raw).faults.clockAheadMs = numberArg(raw, "s", -1e9, 1e9, 0) * 1000;
    },
  },
  "restart-module": { args: ["device"], run: (twin, raw) => moduleArg(twin, raw).restart() },
};
