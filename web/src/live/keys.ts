/** The keys of all cached queries: a name, and the query's parameters. A misspelt key is a compile error. */
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
  /** All journal rows about a subject, e.g. "box:<id>". */
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

/** A whole key or its beginning: an invalidation may cover all queries of a name. */
export type QueryKey = { [Name in keyof AskedBy]: readonly [Name, ...Partial<AskedBy[Name]>] }[keyof AskedBy];

declare module "@tanstack/react-query" {
  interface Register {
    queryKey: QueryKey;
  }
}
