/** Nobody is between the faces, and a person who looked has confirmed it (S9, S13). */
import type { Guard } from "./guards.ts";
import { occupancyOf } from "./occupancy.ts";
import { unknownInput } from "./seen-by-inputs.ts";

export const peopleGuards: readonly Guard[] = [
  {
    rule: "S9",
    name: "empty",
    block({ state, rules, atMs }) {
      const { people } = occupancyOf(state, rules, atMs);
      const aisle = state.status?.openAisle ?? "?";
      if (people === 0) return null;
      if (people !== null) return { code: "aisle-occupied", params: { aisle } };
      const input = unknownInput(state, rules, atMs);
      if (input !== null) return { code: "aisle-input-unknown", params: { input } };
      return { code: "aisle-occupancy-unknown", params: { aisle } };
    },
  },
  {
    rule: "S13",
    name: "confirmed",
    block({ state, rules, atMs }) {
      const { entrySeq, confirmedEntrySeq } = occupancyOf(state, rules, atMs);
      if (entrySeq !== null && confirmedEntrySeq !== null && confirmedEntrySeq === entrySeq) return null;
      const { seen } = state;
      const isAtButton = rules.occupancyInputs.length > 0 && seen.confirmedEntrySeq !== seen.entrySeq;
      return { code: isAtButton ? "aisle-input-not-confirmed" : "aisle-not-confirmed", params: {} };
    },
  },
];

export const nobodyEntered: Guard = {
  rule: "S9",
  name: "nobodyEntered",
  block({ state, rules, atMs }) {
    const { people, entrySeq } = occupancyOf(state, rules, atMs);
    if (people === 0 && entrySeq === (state.motion?.entrySeq ?? null)) return null;
    const input = people === null ? unknownInput(state, rules, atMs) : null;
    if (input !== null) return { code: "aisle-input-unknown", params: { input } };
    return { code: "motion-entered", params: { aisle: state.motion?.fromAisle ?? "?" } };
  },
};
