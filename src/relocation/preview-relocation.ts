import type { Context } from "../context.ts";
import { type ErrorCode, Refusal, sentence } from "../contract/errors.ts";
import type { RelocationMove, RelocationPreview, RelocationTarget, SelectBoxes } from "../contract/relocation.ts";
import type { Layer, Layout } from "../site/layout.ts";
import type { Db, Tx } from "../storage/db.ts";
import { type PlannedMove, planMoves } from "./plan-moves.ts";
import { boxesInPlans, boxesWidthMm, freeSlotIds, type SelectedBox, selectBoxes } from "./select-boxes.ts";

export interface DraftRelocation extends Omit<RelocationPreview, "moves"> {
  planned: PlannedMove[];
  boxes: Map<string, SelectedBox>;
}

/**
 * The effect of a relocation: moves with targets that fit, boxes that cannot move and why, fill, aisle openings. Writes nothing.
 */
export async function previewRelocation(
  context: Context,
  request: { roomId: string; select: SelectBoxes; target: RelocationTarget },
): Promise<RelocationPreview> {
  const { planned, boxes, ...preview } = await draftRelocation(context, context.db, request);
  const moves = planned.map((move): RelocationMove => {
    const box = boxes.get(move.boxId) as SelectedBox;
    return {
      ...moveView(context.layout, move),
      barcode: box.barcode,
      epc: null,
      thicknessMm: box.thicknessMm,
      state: "planned",
      evidence: {},
      skipReason: null,
    };
  });
  return { ...preview, moves };
}

/** The same for writing it inside the caller's transaction. */
export async function draftRelocation(
  context: Context,
  db: Db | Tx,
  request: { roomId: string; select: SelectBoxes; target: RelocationTarget },
): Promise<DraftRelocation> {
  const { layout } = context;
  const area = layout.areas.find(
    (one) => `${one.roomId}.${one.id}` === request.target.areaKey && one.roomId === request.roomId,
  );
  if (!area) throw new Refusal("not-found", { what: request.target.areaKey });
  const columns = request.target.columns ? new Set(request.target.columns) : null;
  const order = new Map(layout.areas.flatMap((one) => one.slots).map((slot, i) => [slot.id, i]));
  const selected = await selectBoxes(db, request.select);
  const busy = await boxesInPlans(db);
  const collisions: RelocationPreview["collisions"] = [];
  const refuse = (box: SelectedBox, code: ErrorCode) =>
    collisions.push({ barcode: box.barcode, code, zh: sentence(code, "zh"), en: sentence(code, "en") });
  const isTarget = (layer: Layer | undefined) =>
    layer !== undefined &&
    layer.roomId === area.roomId &&
    layer.areaId === area.id &&
    (!columns || columns.has(layer.column));
  const movable = selected.filter((box) => {
    if (box.place !== "slot" || !box.slotId) return refuse(box, "relocation-not-in-slot") < 0;
    if (busy.has(box.id)) return refuse(box, "relocation-in-plan") < 0;
    if (isTarget(layerOf(layout, box.slotId))) return refuse(box, "relocation-already-there") < 0;
    return true;
  });
  const free = (await freeSlotIds(db, area.roomId, area.id, context.clock.nowMs())).filter((slot) =>
    isTarget(layerOf(layout, slot.id)),
  );
  const plan = planMoves(
    movable.map((box) => ({
      boxId: box.id,
      barcode: box.barcode,
      thicknessMm: box.thicknessMm,
      fromSlotId: box.slotId as string,
      fromOrder: order.get(box.slotId as string) ?? 0,
    })),
    free.map((slot) => ({ slotId: slot.id, widthMm: slot.widthMm, order: order.get(slot.id) ?? 0 })),
  );
  const boxes = new Map(movable.map((box) => [box.id, box]));
  for (const boxId of plan.withoutSlot) refuse(boxes.get(boxId) as SelectedBox, "relocation-no-slot");
  const usableMm = area.layers.length * area.spec.layers.usableWidthMm;
  const before = await boxesWidthMm(db, area.roomId, area.id);
  const moving = plan.moves.filter((move) => !isInArea(layout, move.fromSlotId, area.roomId, area.id));
  const added = moving.reduce((sum, move) => sum + (boxes.get(move.boxId)?.thicknessMm ?? 0), 0);
  return {
    planned: plan.moves,
    boxes,
    collisions,
    fillBefore: before / usableMm,
    fillAfter: (before + added) / usableMm,
    aisleOpenings: aislesOf(layout, plan.moves).size,
  };
}

function layerOf(layout: Layout, slotId: string): Layer | undefined {
  return layout.layerById.get(layout.slotById.get(slotId)?.layerId ?? "");
}

function isInArea(layout: Layout, slotId: string, roomId: string, areaId: string): boolean {
  const layer = layerOf(layout, slotId);
  return layer?.roomId === roomId && layer.areaId === areaId;
}

/** Aisles that picking and putting will open. */
function aislesOf(layout: Layout, moves: readonly PlannedMove[]): Set<string> {
  return new Set(
    moves
      .flatMap((move) => [move.fromSlotId, move.toSlotId])
      .map((slotId) => {
        const layer = layerOf(layout, slotId);
        return layer ? `${layer.roomId}.${layer.areaId}/${layer.aisle}` : "";
      }),
  );
}

/** The target of a move, in the form that a person reads at the shelf. */
export function moveView(layout: Layout, move: { no: number; boxId: string; fromSlotId: string; toSlotId: string }) {
  const place = (slotId: string) => {
    const layer = layerOf(layout, slotId);
    return {
      code: layout.slotById.get(slotId)?.locationCode ?? slotId,
      areaKey: layer ? `${layer.roomId}.${layer.areaId}` : "",
      aisle: layer?.aisle ?? 0,
    };
  };
  const from = place(move.fromSlotId);
  const to = place(move.toSlotId);
  return {
    no: move.no,
    boxId: move.boxId,
    fromSlotId: move.fromSlotId,
    fromCode: from.code,
    fromAreaKey: from.areaKey,
    fromAisle: from.aisle,
    toSlotId: move.toSlotId,
    toCode: to.code,
    toAreaKey: to.areaKey,
    toAisle: to.aisle,
  };
}
