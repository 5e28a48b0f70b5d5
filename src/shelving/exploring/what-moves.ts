import type { ShelfStatus } from "../../contract/shelf.ts";

const moving = new Set(["opening", "closing", "ventilating"]);
export function moves(status: ShelfStatus): boolean {
  return moving.has(status.activity) || status.columns.some((column) => column.motion !== "still");
}

/** For a second after an impossible status nothing is believed. */
export const isHeldBack = ({ suspectAtMs }: { suspectAtMs: number }, atMs: number) => atMs - suspectAtMs < 1000;
