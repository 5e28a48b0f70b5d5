/** Keeps what stands where across a restart of the twin, because a real room does not change when a process ends. */
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

/** Restores boxes in hands or outside, which are in no delivery. */
export function recallElsewhere(room: BoxRoom, elsewhere: readonly RememberedBox[]): void {
  for (const { epc, thicknessMm, place } of elsewhere) {
    bringBox(room, epc, thicknessMm);
    const box = room.byEpc.get(epc);
    if (box) box.place = place;
  }
}

/** Writes the file after changes, at most every second and once more on `stop`. */
export function rememberBoxes(room: BoxRoom, file: string, clock: Clock): { stop(): void } {
  let written = "";
  const write = () => {
    const text = JSON.stringify(
      [...room.byEpc.values()].map(({ epc, thicknessMm, place }) => ({ epc, thicknessMm, place })),
    );
    if (text === written) return;
    // Written to a part file and renamed: the process may be killed at any moment.
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
