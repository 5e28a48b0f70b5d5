/** Everything that a person, a demo or a test may do to the room. `args` is the order of the words on the command line. */
import { bringBox, carryOut, moveBox, putBox, takeBox } from "../room/boxes.ts";
import { enterAisle, leaveAisle } from "../room/people.ts";
import { openAisleOf } from "../room/rail.ts";
import { walk } from "../room/walk.ts";
import type { Twin } from "../twin.ts";
import { areaArg, boxArg, keyArg, listArg, nameArg, numberArg, type Raw, slotArg } from "./arguments.ts";
import { faultCommands } from "./fault-commands.ts";
import { inputCommands } from "./input-commands.ts";
import { ControlError, type ControlRefusal } from "./refusal.ts";

export interface Command {
  args: readonly string[];
  run(twin: Twin, raw: Raw): unknown;
}

export type CommandAnswer = { ok: true; result: unknown } | ({ ok: false } & ControlRefusal);

function orFault(fault: string | null): void {
  if (fault) throw new ControlError(fault);
}

const roomCommands: Record<string, Command> = {
  key: { args: ["area", "key"], run: (twin, raw) => areaArg(twin, raw).rig.key(keyArg(raw)) },
  enter: {
    args: ["area", "aisle", "who"],
    run(twin, raw) {
      const area = areaArg(twin, raw);
      const aisle = numberArg(raw, "aisle", 1, area.area.aisles.length, openAisleOf(area.rail) || 1);
      orFault(enterAisle(area, aisle, nameArg(raw)));
    },
  },
  leave: { args: ["area", "who"], run: (twin, raw) => orFault(leaveAisle(areaArg(twin, raw), nameArg(raw))) },
  walk: {
    args: ["area", "aisle", "who"],
    run(twin, raw) {
      const area = areaArg(twin, raw);
      const take = listArg(raw, "take").map((epc) => boxArg(twin, { epc }).epc);
      const put = listArg(raw, "put").map((entry) => {
        const order = entry as Raw;
        return { epc: boxArg(twin, order).epc, slotId: slotArg(twin, { slot: order.slotId ?? order.slot }) };
      });
      const aisle = numberArg(raw, "aisle", 1, area.area.aisles.length, openAisleOf(area.rail) || 1);
      return walk(twin.room, area, { aisle, take, put, who: nameArg(raw), resets: raw.resets !== false });
    },
  },
  take: {
    args: ["epc", "who"],
    run: (twin, raw) => orFault(takeBox(twin.room.boxes, twin.room.layout, boxArg(twin, raw).epc, nameArg(raw))),
  },
  put: {
    args: ["epc", "slot"],
    run: (twin, raw) => orFault(putBox(twin.room.boxes, twin.room.layout, boxArg(twin, raw).epc, slotArg(twin, raw))),
  },
  move: {
    args: ["epc", "slot"],
    run: (twin, raw) => orFault(moveBox(twin.room.boxes, twin.room.layout, boxArg(twin, raw).epc, slotArg(twin, raw))),
  },
  "carry-out": {
    args: ["epc"],
    run: (twin, raw) => orFault(carryOut(twin.room.boxes, twin.room.layout, boxArg(twin, raw).epc)),
  },
  /** Brings a tag that no delivery contains. */
  bring: {
    args: ["epc", "thicknessMm"],
    run(twin, raw) {
      const epc = String(raw.epc ?? "").toUpperCase();
      if (!/^(?:[0-9A-F]{4}){1,31}$/.test(epc)) throw new ControlError("bad-argument", { name: "epc", what: epc });
      bringBox(twin.room.boxes, epc, numberArg(raw, "thicknessMm", 1, 500, 30));
    },
  },
  /** Takes the k-th box from the left of a slot's layer. */
  "take-nth": {
    args: ["slot", "k", "who"],
    run(twin, raw) {
      const slot = twin.room.layout.slotById.get(slotArg(twin, raw));
      const k = numberArg(raw, "k", 1, 1000, 1);
      const offset = (slotId: string) => twin.room.layout.slotById.get(slotId)?.offsetMm ?? 0;
      const standing = [...(twin.room.boxes.byLayer.get(slot?.layerId ?? "") ?? [])]
        .flatMap((box) => (box.place.kind === "slot" ? [{ box, atMm: offset(box.place.slotId) }] : []))
        .sort((a, b) => a.atMm - b.atMm);
      const chosen = standing[k - 1]?.box;
      if (!chosen) throw new ControlError("slot-empty", { what: k });
      orFault(takeBox(twin.room.boxes, twin.room.layout, chosen.epc, nameArg(raw)));
      return { epc: chosen.epc };
    },
  },
  where: {
    args: ["epc"],
    run(twin, raw) {
      const { epc, thicknessMm, place } = boxArg(twin, raw);
      const slot = place.kind === "slot" ? twin.room.layout.slotById.get(place.slotId) : undefined;
      return { epc, thicknessMm, place, locationCode: slot?.locationCode ?? null };
    },
  },
  "in-slot": {
    args: ["slot"],
    run: (twin, raw) => ({ epc: twin.room.boxes.bySlot.get(slotArg(twin, raw))?.epc ?? null }),
  },
  speed: { args: ["factor"], run: (twin, raw) => twin.setTimeFactor(numberArg(raw, "factor", 0.1, 100)) },
};

export const commands: Readonly<Record<string, Command>> = { ...roomCommands, ...faultCommands, ...inputCommands };

/** `{ do: "enter", area: "1", … }`. Never throws: the answer contains any fault. */
export async function perform(twin: Twin, order: unknown): Promise<CommandAnswer> {
  try {
    if (typeof order !== "object" || order === null || Array.isArray(order)) throw new ControlError("not-json");
    const raw = order as Raw;
    const name = String(raw.do ?? "");
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new ControlError("unknown-command", { what: name });
    return { ok: true, result: (await command.run(twin, raw)) ?? null };
  } catch (error) {
    if (error instanceof ControlError) return { ok: false, ...error.refusal };
    throw error;
  }
}

/** `["enter", "1", "3"]` → `{ do: "enter", area: "1", aisle: "3" }`; the rest as `name=value`. */
export function orderOf(words: readonly string[]): Raw {
  const [name = "", ...rest] = words;
  const order: Raw = { do: name };
  const args = [...(Object.hasOwn(commands, name) ? (commands[name]?.args ?? []) : [])];
  for (const word of rest) {
    const pair = /^([a-zA-Z]+)=(.*)$/.exec(word);
    if (pair) order[pair[1] as string] = listOf(pair[1] as string, pair[2] as string);
    else order[args.shift() ?? `extra-${rest.indexOf(word)}`] = word;
  }
  return order;
}

/** take=EPC,EPC and put=EPC@slot,EPC@slot */
function listOf(name: string, value: string): unknown {
  if (name === "take") return value.split(",");
  if (name !== "put") return value;
  return value.split(",").map((pair) => {
    const [epc, slot] = pair.split("@");
    return { epc, slot };
  });
}
