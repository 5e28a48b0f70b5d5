/** Simulated people at the catalogue: take, return, place, create, import, search; the physical box does not always follow. */
import { perform } from "../../../simulators/control/commands.ts";
import { createBox } from "../../../src/catalogue/create-box.ts";
import { search } from "../../../src/lookup/search.ts";
import { placeBox } from "../../../src/placement/place-box.ts";
import { returnBox } from "../../../src/placement/return-box.ts";
import { takeBox } from "../../../src/placement/take-box.ts";
import { storeImport, tableOf } from "../template.ts";
import { type Act, actorOf, anyPerson, anySlotId, codeOf, epcOf, isLikely, pickOrNull } from "./pick.ts";

const handFollows = 0.85;

export const take: Act = async (world) => {
  const boxes = world.facts.boxes.filter((box) => box.place === "slot" || isLikely(world, 0.1));
  const box = pickOrNull(world.chance, boxes);
  if (!box) return;
  const [person, holderId] = [anyPerson(world), anyPerson(world)];
  const request = { boxId: box.id, holderId, reason: "查阅" };
  const one = {
    name: `take ${box.barcode}`,
    run: ({ context }: { context: Parameters<typeof takeBox>[0] }) => takeBox(context, actorOf(person), request),
  };
  // Two people take the same box.
  await world.ask(...(isLikely(world, 0.1) ? [one, one] : [one]));
  const epc = epcOf(world, box.id);
  if (epc && isLikely(world, handFollows)) await perform(world.twin, { do: "take", epc, who: holderId });
};

export const giveBack: Act = async (world) => {
  const lent = world.facts.boxes.filter((box) => box.place === "person" || isLikely(world, 0.02));
  const box = pickOrNull(world.chance, lent);
  if (!box) return;
  const person = anyPerson(world);
  const slotId = isLikely(world, 0.4) ? anySlotId(world) : null;
  const request = { boxId: box.id, ...(slotId ? { locationCode: codeOf(slotId) } : {}) };
  await world.ask({
    name: `return ${box.barcode}`,
    run: ({ context }) => returnBox(context, actorOf(person), request),
  });
  const epc = epcOf(world, box.id);
  const to = slotId ?? box.homeSlotId;
  if (epc && to && isLikely(world, handFollows)) await perform(world.twin, { do: "put", epc, slot: to });
};

export const place: Act = async (world) => {
  const box = world.chance.pick(world.facts.boxes);
  const person = anyPerson(world);
  const locationCode = codeOf(anySlotId(world));
  const scan = isLikely(world, 0.5)
    ? { scannedLocationCode: isLikely(world, 0.9) ? locationCode : codeOf(anySlotId(world)) }
    : {};
  const request = { boxId: box.id, locationCode, reason: "上架", ...scan };
  await world.ask({
    name: `place ${box.barcode} ${locationCode}`,
    run: ({ context }) => placeBox(context, actorOf(person), request),
  });
  const epc = epcOf(world, box.id);
  if (epc && isLikely(world, handFollows)) await perform(world.twin, { do: "move", epc, slot: locationCode });
};

/** Somebody moves a box without telling the system. */
export const meddle: Act = async (world) => {
  const epc = epcOf(world, world.chance.pick(world.facts.boxes).id);
  if (epc) await perform(world.twin, { do: "move", epc, slot: anySlotId(world) });
};

let fresh = 0;
export function resetFreshBarcodes(): void {
  fresh = 0;
}
const newBox = (thicknessMm: number) => {
  const no = String(++fresh).padStart(4, "0");
  return { barcode: `NEW-${no}`, thicknessMm, epc: `3000${no}00000000${no}0000` };
};

export const create: Act = async (world) => {
  const known = isLikely(world, 0.2) ? { barcode: world.chance.pick(world.facts.boxes).barcode } : {};
  const location = isLikely(world, 0.6) ? { locationCode: codeOf(anySlotId(world)) } : {};
  const request = { ...newBox(world.chance.pick([20, 30, 40, 50])), ...known, ...location, reason: "建盒" };
  const person = anyPerson(world);
  await world.ask({
    name: `create ${request.barcode}`,
    run: ({ context }) => createBox(context, actorOf(person), request),
  });
};

export const importFile: Act = async (world) => {
  const rows = Array.from({ length: 1 + world.chance.below(4) }, (_, i) => {
    const known = world.chance.pick(world.facts.boxes);
    const box = isLikely(world, 0.3) ? { barcode: known.barcode, thicknessMm: known.thicknessMm } : newBox(30);
    const location = isLikely(world, 0.7) ? { locationCode: codeOf(anySlotId(world)) } : {};
    return {
      ...box,
      ...location,
      recordNo: `IM-${world.chance.below(40)}-${i}`,
      customerNo: "3200999",
      name: "仿真导入",
    };
  });
  await world.ask({
    name: `import ${rows.length} rows`,
    async run({ context, runImport }) {
      const importId = context.newId();
      await storeImport(context, importId);
      return runImport(context, {
        importId,
        rows: tableOf(rows),
        actor: "gateway",
        isDryRun: false,
        isCancelled: () => false,
      });
    },
  });
};

export const find: Act = async (world) => {
  const box = world.chance.pick(world.facts.boxes);
  const query = world.chance.pick([box.barcode, "供电", "3200", codeOf(box.slotId ?? "")]);
  await world.ask({ name: `search ${query}`, run: ({ context }) => search(context, { query, limit: 5 }) });
};
