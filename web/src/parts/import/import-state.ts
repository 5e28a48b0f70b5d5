import type { ImportView } from "../../../../src/contract/catalogue.ts";

/** Its state in one word for people: somebody's pause is one of them. */
export const importStateOf = ({ state, isPaused }: ImportView) => (isPaused ? "paused" : state);
