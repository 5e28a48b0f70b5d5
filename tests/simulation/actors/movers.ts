/** People who relocate: plan, start, pick and put (scanned or by radio, often sent twice), skip, pause, cancel, undo. */
import { perform } from "../../../simulators/control/commands.ts";
import type { SelectBoxes } from "../../../src/contract/relocation.ts";
import { findMove } from "../../../src/relocation/find-move.ts";
import { pickBox } from "../../../src/relocation/pick-box.ts";
import { planRelocation } from "../../../src/relocation/plan-relocation.ts";
import { type RelocationStep, setRelocationState } from "../../../src/relocation/set-relocation-state.ts";
import { skipMove } from "../../../src/relocation/skip-move.ts";
import { undoRelocation } from "../../../src/relocation/undo-relocation.ts";
import { verifyPick, verifyPut } from "../../../src/relocation/verify-move.ts";
import type { MoveFact } from "../facts.ts";
import type { Request } from "../outcome.ts";
import { areaKeys, roomId } from "../site.ts";
import type { World } from "../world.ts";
import { type Act, actorOf, anyPerson, codeOf, epcOf, isLikely, pickOrNull } from "./pick.ts";

export const plan: Act = async (world) => {
  const { chance, facts } = world;
  const from = chance.pick(areaKeys);
  const boxesMax = 1 + chance.below(6);
  const select: SelectBoxes = chance.pick([
    { fromAreaKey: from, boxesMax },
    { recordState: "closed" as const, boxesMax },
    { barcodes: Array.from({ length: boxesMax }, () => chance.pick(facts.boxes).barcode) },
  ]);
  const target = {
    areaKey: areaKeys.find((key) => key !== from) ?? from,
    ...(isLikely(world, 0.3) ? { columns: [2] } : {}),
  };
  const actor = actorOf(anyPerson(world));
  const request = { roomId, name: "移位", reason: "销户归档", select, target };
  await world.ask({
    name: `plan relocation of ${boxesMax}`,
    run: ({ context }) => planRelocation(context, actor, request),
  });
};

export const steer: Act = async (world) => {
  const { chance, facts } = world;
  const open = facts.relocations.filter(({ state }) => !["done", "cancelled"].includes(state));
  const relocation = pickOrNull(chance, open.length > 0 && isLikely(world, 0.9) ? open : facts.relocations);
  if (!relocation) return;
  const likely: Record<string, readonly RelocationStep[]> = {
    planned: ["start", "start", "start", "cancel"],
    running: ["pause", "pause", "cancel", "start"],
    paused: ["resume", "resume", "resume", "cancel"],
  };
  const step = chance.pick(likely[relocation.state] ?? (["start", "resume"] as const));
  const actor = actorOf(anyPerson(world));
  await world.ask({
    name: `${step} relocation`,
    run: ({ context }) => setRelocationState(context, actor, relocation.id, step),
  });
};

export const undo: Act = async (world) => {
  const ended = world.facts.relocations.filter(({ state }) => state === "done" || state === "cancelled");
  const relocation = pickOrNull(world.chance, ended);
  if (!relocation) return;
  const actor = actorOf(anyPerson(world));
  await world.ask({
    name: "undo relocation",
    run: ({ context }) => undoRelocation(context, actor, relocation.id, "退回"),
  });
};

function anyMove(world: World): MoveFact | null {
  const running = new Set(world.facts.relocations.flatMap(({ id, state }) => (state === "running" ? [id] : [])));
  const open = world.facts.moves.filter(
    (move) => running.has(move.relocationId) && ["planned", "picked"].includes(move.state),
  );
  return pickOrNull(world.chance, open.length > 0 && isLikely(world, 0.93) ? open : world.facts.moves);
}

function pickRequest(world: World, move: MoveFact): Request {
  const actor = actorOf(anyPerson(world));
  const scans = isLikely(world, 0.7) ? { scannedEpc: epcOf(world, move.boxId) ?? undefined } : {};
  return {
    name: `pick ${move.no}`,
    async run({ context, devices }) {
      const found = await findMove(context.db, move.relocationId, move.no);
      const facts = { barcode: found.barcode, epc: found.epc, slotId: move.fromSlotId };
      const evidence = await verifyPick(context.layout, devices.readers, facts, scans);
      await pickBox(context, actor, { relocationId: move.relocationId, no: move.no, evidence });
    },
  };
}

function putRequest(world: World, move: MoveFact): Request {
  const actor = actorOf(anyPerson(world));
  const scans = isLikely(world, 0.7) ? { scannedLocationCode: codeOf(move.toSlotId) } : {};
  return {
    name: `put ${move.no}`,
    async run({ context, devices, verbs }) {
      const found = await findMove(context.db, move.relocationId, move.no);
      const facts = { barcode: found.barcode, epc: found.epc, slotId: move.toSlotId };
      const evidence = await verifyPut(context.layout, devices.readers, facts, scans);
      await verbs.putBox(context, actor, { relocationId: move.relocationId, no: move.no, evidence });
    },
  };
}

/** The next step of a move: the box usually moves first; the request is sometimes sent twice, or again later. */
export const carry: Act = async (world) => {
  const move = anyMove(world);
  if (!move) return;
  const epc = epcOf(world, move.boxId);
  const isPick = move.state === "planned" ? isLikely(world, 0.97) : isLikely(world, 0.05);
  if (epc && isLikely(world, 0.9))
    await perform(world.twin, isPick ? { do: "take", epc, who: "cart" } : { do: "put", epc, slot: move.toSlotId });
  const request = isPick ? pickRequest(world, move) : putRequest(world, move);
  const [outcome] = await world.ask(...(isLikely(world, 0.1) ? [request, request] : [request]));
  // Whether it was done is unknown: the request is repeated, if need be to the next gateway.
  const isUnknown = outcome?.kind === "lost" || outcome?.kind === "failed";
  if (!isUnknown && !isLikely(world, 0.3)) return;
  if (outcome?.kind === "lost") await world.keepGateway(true);
  await world.ask(request);
};

export const skip: Act = async (world) => {
  const move = anyMove(world);
  if (!move) return;
  const actor = actorOf(anyPerson(world));
  const request = { relocationId: move.relocationId, no: move.no, reason: "盒损坏" };
  await world.ask({ name: `skip ${move.no}`, run: ({ context }) => skipMove(context, actor, request) });
};
