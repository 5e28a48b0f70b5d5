/** Letters about the age of a picture that has just arrived: proven, proven too late, or without proof. */
import { type Change, flaws, type Letter, type Speaks, statusLetter } from "./alphabet.ts";

const ages: readonly (readonly [string, number | null])[] = [
  ["unproven", null],
  ["proven 1400 ms ago", 1_400],
  ["proven 1600 ms ago", 1_600],
];

/** As young as possible but from before the newest STOP, so it shows what happened at the shelf earlier. */
function ofBefore(name: string, change: Change, speaks: Speaks): Letter {
  const fresh = statusLetter(name, change, speaks);
  return {
    name: `${name} of before the STOP/${speaks}`,
    waitMs: 1,
    make(state, atMs, serial) {
      const input = fresh.make(state, atMs, serial);
      const { needsReset } = state;
      return input.kind === "status" && needsReset ? { ...input, madeAfterMs: needsReset.sinceMs } : input;
    },
  };
}

export function lateLetters(speaking: readonly Speaks[]): Letter[] {
  const [plain] = speaking as [Speaks];
  return [
    ofBefore("stopped@0", { activity: "stopped", openAisle: 0 }, plain),
    ofBefore("idle@1", { openAisle: 1 }, plain),
    statusLetter("stopped@0 unproven", { activity: "stopped", openAisle: 0 }, plain, 1, null),
  ];
}

export function pictureLetters(speaking: readonly Speaks[]): Letter[] {
  const [plain] = speaking as [Speaks];
  const told: [string, Change, Speaks][] = [
    ["idle@1", { openAisle: 1 }, plain],
    ["idle@2", { openAisle: 2 }, plain],
    ["inhibited", flaws.inhibited ?? {}, plain],
    ["opening@0", { activity: "opening", openAisle: 0 }, speaking.includes("ours-accepted") ? "ours-accepted" : plain],
  ];
  return told.flatMap(([name, change, speaks]) =>
    ages.flatMap(([how, ageMs]) =>
      // Time passes while it goes on sending: the earlier proof grows old, but its status does not.
      (ageMs === null ? [1, 900] : [1]).map((waitMs) =>
        statusLetter(`${name} ${how}+${waitMs}`, change, speaks, waitMs, ageMs),
      ),
    ),
  );
}
