/** What stands where, kept over a restart of the twin: a room does not tidy itself up because a process ended. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Clock } from "../../src/clock/clock.ts";
import { type BoxPlace, type BoxRoom, bringBox, type StandingBox } from "./boxes.ts";

interface RememberedBox {
  epc: string;
  thicknessMm: number;
  place: BoxPlace;
}

export interface RememberedRoom {
  standing: StandingBox[];
  /** Boxes in hands or out of the room. */
  elsewhere: RememberedBox[];
}

const lookEveryMs = 1_000;

/** Null when nothing was kept yet. */
export function recallBoxes(file: string): RememberedRoom | null {
  if (!existsSync(file)) return null;
  const boxes = JSON.parse(readFileSync(file, "utf8")) as RememberedBox[];
  const standing = boxes.flatMap(({ epc, thicknessMm, place }) =>
    place.kind === "slot" ? [{ epc, thicknessMm, slotId: place.slotId }] : [],
  );
  return { standing, elsewhere: boxes.filter((box) => box.place.kind !== "slot") };
}

/** Brings back what was in hands or outside, which no delivery tells. */
export function recallElsewhere(room: BoxRoom, elsewhere: readonly RememberedBox[]): void {
  for (const { epc, thicknessMm, place } of elsewhere) {
    bringBox(room, epc, thicknessMm);
    const box = room.byEpc.get(epc);
    if (box) box.place = place;
  }
}

/** Writes the file when something moved, at most every second and once more on `stop`. */
export function rememberBoxes(room: BoxRoom, file: string, clock: Clock): { stop(): void } {
  let written = "";
  const write = () => {
    const text = JSON.stringify(
      [...room.byEpc.values()].map(({ epc, thicknessMm, place }) => ({ epc, thicknessMm, place })),
    );
    if (text === written) return;
    // Whole or not at all: the process may be killed at any moment.
    writeFileSync(`${file}.part`, text);
    renameSync(`${file}.part`, file);
    written = text;
  };
  const look = () => {
    write();
    cancel = clock.after(lookEveryMs, look);
  };
  let cancel = clock.after(lookEveryMs, look);
  return {
    stop() {
      cancel();
      write();
    },
  };
}
