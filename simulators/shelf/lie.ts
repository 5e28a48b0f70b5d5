/** Impossible pictures, as a confused, rebooted or duplicated controller would report them about a normal room. */
import type { ShelfStatus } from "../../src/contract/shelf.ts";

export type Picture = Omit<ShelfStatus, "seq">;

export const lies = {
  "no-columns": (picture: Picture): Picture => ({ ...picture, columns: [] }),
  "missing-column": (picture: Picture): Picture => ({ ...picture, columns: picture.columns.slice(0, -1) }),
  "doubled-column": (picture: Picture): Picture => ({
    ...picture,
    columns: picture.columns.map((column, i) => (i === 1 ? (picture.columns[0] ?? column) : column)),
  }),
  "strange-column": (picture: Picture): Picture => ({
    ...picture,
    columns: picture.columns.map((column, i) => (i === 1 ? { ...column, column: 77 } : column)),
  }),
  "no-positions": (picture: Picture): Picture => placed(picture, () => null),
  outside: (picture: Picture): Picture => placed(picture, (mm, i) => (i === 1 ? 30_000 : mm)),
  overlap: (picture: Picture): Picture => placed(picture, (mm, i, all) => (i === 1 ? (all[2] ?? mm) : mm)),
  /** The aisle next to the one that is open, at once and without a motion; with none open the first. */
  "wrong-aisle": (picture: Picture): Picture => ({ ...picture, openAisle: picture.openAisle === 1 ? 2 : 1 }),
  "entries-back": (picture: Picture): Picture => {
    const { entrySeq, confirmedEntrySeq } = picture.occupancy;
    const back = (seq: number | null) => (seq === null ? null : Math.max(0, seq - 1));
    const occupancy = { people: 0, entrySeq: back(entrySeq), confirmedEntrySeq: back(confirmedEntrySeq) };
    return { ...picture, occupancy };
  },
  /** Some messages carry another boot id; a poll may be one read or several, so it changes after every three. */
  "two-boots": (picture: Picture, told: number): Picture =>
    Math.floor(told / 3) % 2 === 0 ? picture : { ...picture, bootId: ((picture.bootId ?? 1) + 0x7fff) % 0xffff },
} as const satisfies Record<string, (picture: Picture, told: number) => Picture>;

export type LieName = keyof typeof lies;
export const lieNames = Object.keys(lies) as LieName[];

function placed(
  picture: Picture,
  place: (mm: number | null, i: number, all: readonly (number | null)[]) => number | null,
): Picture {
  const all = picture.columns.map(({ positionMm }) => positionMm);
  return {
    ...picture,
    columns: picture.columns.map((one, i) => ({ ...one, positionMm: place(one.positionMm, i, all) })),
  };
}
