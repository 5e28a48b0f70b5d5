/** Letters with an impossible status. */
import type { ShelfStatus } from "../../contract/shelf.ts";
import type { AreaInput, AreaState } from "../area-state.ts";
import { alphabet, type Change, columnsAt, type Letter, type Speaks, statusLetter } from "./alphabet.ts";
import { lateLetters, pictureLetters } from "./picture-letters.ts";

/** Impossible statuses, as the oracle knows them: by how they were made, not by the machine's rules. */
export const impossible = new WeakSet<ShelfStatus>();

const spoil: Record<string, (status: ShelfStatus, state: AreaState, atMs: number) => ShelfStatus> = {
  "without columns": (status) => ({ ...status, columns: [] }),
  "a column twice": (status) => ({ ...status, columns: [...status.columns, ...status.columns] }),
  "beside the rail": (status) => ({ ...status, columns: columnsAt(status.openAisle, { positionMm: 9_000 }) }),
  "no position": (status) => ({ ...status, columns: columnsAt(status.openAisle, { positionMm: null }) }),
  // While carriages roll the reported aisle lags behind, which is no contradiction.
  "against its aisle": (status) =>
    status.activity === "opening"
      ? { ...status, columns: [] }
      : { ...status, columns: columnsAt(status.openAisle === 1 ? 2 : 1) },
  "an old one": (status, { order }) =>
    order.seq === null || status.seq === null ? { ...status, columns: [] } : { ...status, seq: 0 },
  "of a boot that is over": (status, { order, statusAtMs }, atMs) => {
    const bootId = order.bootsBefore.at(-1);
    // A minute after the other one fell silent it counts as restarted.
    return bootId === undefined || atMs - statusAtMs > 50_000 ? { ...status, columns: [] } : { ...status, bootId };
  },
  "entries go back": (status, { status: last }) => {
    const entrySeq = last?.bootId === status.bootId ? (last.occupancy.entrySeq ?? 0) - 1 : -1;
    return entrySeq < 0
      ? { ...status, columns: [] }
      : { ...status, occupancy: { people: 0, entrySeq, confirmedEntrySeq: entrySeq } };
  },
};

/** The most misleading ones: at rest and clear, done, stopped, moving. */
function spoiledLetter(how: string, change: Change, speaks: Speaks): Letter {
  const good = statusLetter("", change, speaks);
  const make = (state: AreaState, atMs: number, serial: number): AreaInput => {
    const input = good.make(state, atMs, serial);
    if (input.kind !== "status") return input;
    const status = spoil[how]?.(input.status, state, atMs) ?? input.status;
    impossible.add(status);
    return { ...input, status };
  };
  return { name: `${how}: ${change.activity ?? "idle"}@${change.openAisle}/${speaks}`, waitMs: 1, make };
}

function spoiledLetters(isLarge: boolean, speaking: readonly Speaks[]): Letter[] {
  const [plain] = speaking as [Speaks];
  const done: Speaks = speaking.includes("ours-done") ? "ours-done" : plain;
  const taken: Speaks = speaking.includes("ours-accepted") ? "ours-accepted" : plain;
  const hows = isLarge ? Object.keys(spoil) : ["an old one"];
  return hows.flatMap((how) => [
    spoiledLetter(how, { openAisle: 1 }, plain),
    spoiledLetter(how, { openAisle: 2 }, done),
    spoiledLetter(how, { activity: "stopped", openAisle: 0 }, plain),
    spoiledLetter(how, { activity: "opening", openAisle: 0 }, taken),
  ]);
}

/** All statuses that a controller may send, impossible ones, and everything that people and machines do. */
export function allLetters(size: "small" | "large", speaking: readonly Speaks[]): Letter[] {
  const isLarge = size === "large";
  return [
    ...alphabet(size, speaking),
    ...spoiledLetters(isLarge, speaking),
    ...(isLarge ? [...pictureLetters(speaking), ...lateLetters(speaking)] : []),
  ];
}
