export * from "./aisles.ts";
export * from "./catalogue.ts";
export * from "./deltas.ts";
export * from "./journal.ts";
export * from "./people.ts";
export * from "./relocation.ts";
export * from "./room.ts";
export * from "./stocktake.ts";
