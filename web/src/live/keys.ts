/** The keys of everything that the console keeps of what it asked: a name, and what it was asked by. A misspelt one does not compile. */
import type { StocktakeClass } from "../../../src/contract/kinds/stocktake-lines.ts";

interface AskedBy {
  session: [];
  rooms: [];
  area: [areaKey: string];
  command: [id: string];
  alarms: [];
  devices: [];
  health: [];
  search: [q: string];
  box: [id: string];
  locate: [boxId: string];
  "first-box": [];
  /** Everything of a subject, e.g. "box:<id>". */
  history: [subject: string];
  journal: [chain: string, after: number, limit: number];
  loans: [which: "open" | "all" | "overdue", q: string];
  people: [which: "found" | "names", q: string];
  tokens: [];
  backups: [];
  "backup-standing": [];
  jobs: [];
  imports: [];
  import: [id: string];
  stocktakes: [];
  stocktake: [id: string];
  "stocktake-lines": [id: string, of: StocktakeClass];
  relocations: [];
  relocation: [id: string];
  "relocation-preview": [body: string];
  "demo-examples": [];
}

/** Whole, or its beginning: what is told to be old may be all of a name. */
export type QueryKey = { [Name in keyof AskedBy]: readonly [Name, ...Partial<AskedBy[Name]>] }[keyof AskedBy];

declare module "@tanstack/react-query" {
  interface Register {
    queryKey: QueryKey;
  }
}
