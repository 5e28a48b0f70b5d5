/** Interprets a scan during a relocation: pick this box, choose it for putting, put it there. Pure. */
import type { RelocationMove } from "../../../../src/contract/relocation.ts";

type Move = Pick<RelocationMove, "no" | "barcode" | "epc" | "state">;

export type Scanned =
  | { kind: "pick"; no: number; barcode: string }
  | { kind: "aim"; no: number }
  | { kind: "put"; no: number; locationCode: string }
  | { kind: "over"; barcode: string }
  | { kind: "unknown" };

/** `aimedNo`: the picked box whose slot is to be scanned next. The gateway judges whether the slot is the right one. */
export function scanned(moves: readonly Move[], aimedNo: number | null, text: string): Scanned {
  const code = text.trim().toUpperCase();
  const hit = moves.find((move) => move.barcode.toUpperCase() === code || move.epc?.toUpperCase() === code);
  if (hit) {
    if (hit.state === "planned") return { kind: "pick", no: hit.no, barcode: hit.barcode };
    if (hit.state === "picked") return { kind: "aim", no: hit.no };
    return { kind: "over", barcode: hit.barcode };
  }
  return aimedNo === null ? { kind: "unknown" } : { kind: "put", no: aimedNo, locationCode: text.trim() };
}

export interface MoveGroup {
  act: "pick" | "put";
  areaKey: string;
  aisle: number;
  moves: RelocationMove[];
}

/** Remaining moves, aisle by aisle in the plan's order: picks first, then puts. */
export function groupMoves(moves: readonly RelocationMove[]): MoveGroup[] {
  const groups = new Map<string, MoveGroup>();
  for (const act of ["pick", "put"] as const) {
    for (const move of moves) {
      if (move.state !== (act === "pick" ? "planned" : "picked")) continue;
      const [areaKey, aisle] = act === "pick" ? [move.fromAreaKey, move.fromAisle] : [move.toAreaKey, move.toAisle];
      const key = `${act} ${areaKey} ${aisle}`;
      const group = groups.get(key) ?? { act, areaKey, aisle, moves: [] };
      group.moves.push(move);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}
