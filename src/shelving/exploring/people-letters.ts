/** Letters of wired inputs that see people, and of the confirm button, at a controller that cannot report people. */
import type { AreaSpec } from "../../site/schema.ts";
import type { AreaInput, AreaState } from "../area-state.ts";
import { keyedSpec, type Letter } from "./alphabet.ts";
import { impossible } from "./impossible.ts";

const button = { device: "di-1", channel: 4 };
const eye = { kind: "occupancy", device: "di-1" } as const;
/** One sensor for the whole area. */
export const seenSpec: AreaSpec = { ...keyedSpec, safetyInputs: [{ ...eye, input: 1 }], confirmInputs: [button] };
/** One sensor for each aisle. */
export const eyesSpec: AreaSpec = {
  ...seenSpec,
  safetyInputs: [
    { ...eye, input: 1, aisle: 1 },
    { ...eye, input: 2, aisle: 2 },
  ],
};

/** The same letter from a controller that reports no people. */
export function silent(letter: Letter): Letter {
  return {
    ...letter,
    make(state, atMs, serial) {
      const input = letter.make(state, atMs, serial);
      if (input.kind !== "status") return input;
      const occupancy = { people: null, entrySeq: null, confirmedEntrySeq: null };
      const status = { ...input.status, occupancy };
      if (impossible.has(input.status)) impossible.add(status);
      return { ...input, status };
    },
  };
}

type States = Readonly<Record<string, boolean | null>>;

function reading(name: string, states: States, waitMs = 1, ageMs = 0): Letter {
  const make = (_: AreaState, atMs: number): AreaInput => ({ kind: "occupancy", atMs, readAtMs: atMs - ageMs, states });
  return { name, waitMs, make };
}

export function peopleLetters(size: "small" | "large", spec: AreaSpec): Letter[] {
  const ids = (spec.safetyInputs ?? []).map(({ device, input }) => `${device}.${input}`);
  const all = (isActive: boolean): States => Object.fromEntries(ids.map((id) => [id, isActive]));
  const press = (name: string, heldMs: number, inputId = "di-1.4"): Letter => ({
    name,
    waitMs: 1,
    make: (_, atMs) => ({ kind: "confirm-input", atMs, inputId, pressedAtMs: atMs - heldMs }),
  });
  return [
    reading("eyes: nobody", all(false)),
    reading("eyes: nobody+900", all(false), 900),
    reading("eyes: nobody 1600 ms ago", all(false), 1, 1600),
    ...ids.map((id) => reading(`eyes: somebody at ${id}`, { ...all(false), [id]: true })),
    ...ids.map((id) => reading(`eyes: ${id} lost`, { [id]: null })),
    reading("eyes: of another area", { "di-7.1": true }),
    press("confirm", 0),
    press("confirm held for 400 ms", 400),
    ...(size === "large" ? [press("confirm at another button", 0, "di-9.4")] : []),
  ];
}
