import type { ImportView } from "../../../../src/contract/catalogue.ts";

/** The import's state as one word; "paused" is one of them. */
export const importStateOf = ({ state, isPaused }: ImportView) => (isPaused ? "paused" : state);
