/** 批量移位 (relocation): assigns every box the narrowest free slot that fits, in walking order. Pure. */

export interface MovableBox {
  boxId: string;
  barcode: string;
  thicknessMm: number;
  fromSlotId: string;
  /** Walking order of the slot that it leaves. */
  fromOrder: number;
}

export interface FreeSlot {
  slotId: string;
  widthMm: number;
  /** Walking order. */
  order: number;
}

export interface PlannedMove {
  no: number;
  boxId: string;
  fromSlotId: string;
  toSlotId: string;
}

export interface MovePlan {
  moves: PlannedMove[];
  /** Boxes for which no slot was wide enough or left. */
  withoutSlot: string[];
}

/** Thick boxes choose first, so that thin ones do not take the only wide slots; among equals the walking order decides. */
export function planMoves(boxes: readonly MovableBox[], slots: readonly FreeSlot[]): MovePlan {
  const byWidth = new Map<number, FreeSlot[]>();
  for (const slot of [...slots].sort((a, b) => b.order - a.order)) {
    const run = byWidth.get(slot.widthMm) ?? [];
    run.push(slot);
    byWidth.set(slot.widthMm, run);
  }
  const widths = [...byWidth.keys()].sort((a, b) => a - b);
  const target = new Map<string, string>();
  const withoutSlot: string[] = [];
  for (const box of [...boxes].sort((a, b) => b.thicknessMm - a.thicknessMm || a.fromOrder - b.fromOrder)) {
    const width = widths.find((candidate) => candidate >= box.thicknessMm && (byWidth.get(candidate)?.length ?? 0) > 0);
    const slot = width === undefined ? undefined : byWidth.get(width)?.pop();
    if (slot) target.set(box.boxId, slot.slotId);
    else withoutSlot.push(box.boxId);
  }
  const moves = [...boxes]
    .sort((a, b) => a.fromOrder - b.fromOrder)
    .flatMap((box) => {
      const toSlotId = target.get(box.boxId);
      return toSlotId ? [{ boxId: box.boxId, fromSlotId: box.fromSlotId, toSlotId }] : [];
    })
    .map((move, i) => ({ no: i + 1, ...move }));
  return { moves, withoutSlot };
}
