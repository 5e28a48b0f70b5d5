/** The console's queries to the gateway, each under a key of keys.ts. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import type { StocktakeClass } from "../../../src/contract/kinds/stocktake-lines.ts";
import type { List } from "../../../src/contract/lists.ts";
import type { Health } from "../../../src/contract/ports.ts";
import { call, ProblemError } from "./call.ts";
import type { QueryKey } from "./keys.ts";

const pageRows = 50;

/** A list that pages by cursor. */
function pagesQuery<Page extends List<unknown>, Key extends QueryKey>(
  queryKey: Key,
  ask: (cursor: { cursor?: string }, signal: AbortSignal) => Promise<Page>,
) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ signal, pageParam }) => ask(pageParam ? { cursor: pageParam } : {}, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
  });
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => call(endpoints.getSession, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const roomsQuery = queryOptions({
  queryKey: ["rooms"],
  queryFn: async ({ signal }) => (await call(endpoints.listRooms, { signal })).items,
  staleTime: 10 * 60_000,
});

/** The feed invalidates it; it is also polled, because counts of refused alarms come in no event. */
export const alarmsQuery = queryOptions({
  queryKey: ["alarms"],
  queryFn: ({ signal }) => call(endpoints.getAlarms, { signal }),
  refetchInterval: 30_000,
});

export const areaQuery = (areaKey: string) =>
  queryOptions({
    queryKey: ["area", areaKey],
    queryFn: ({ signal }) => call(endpoints.getArea, { params: { areaKey }, signal }),
    enabled: areaKey !== "",
  });

export const commandQuery = (id: string) =>
  queryOptions({
    queryKey: ["command", id],
    queryFn: ({ signal }) => call(endpoints.getCommand, { params: { id }, signal }),
  });

export const searchLimit = 20;
export const searchQuery = (q: string) => ({
  ...pagesQuery(["search", q], (cursor, signal) =>
    call(endpoints.search, { query: { q, limit: searchLimit, ...cursor }, signal }),
  ),
  enabled: q !== "",
});

export const boxQuery = (id: string) =>
  queryOptions({
    queryKey: ["box", id],
    queryFn: ({ signal }) => call(endpoints.getBox, { params: { id }, signal }),
  });

/** Null: nobody has searched for it. The feed brings changes. */
export const locateQuery = (boxId: string) =>
  queryOptions({
    queryKey: ["locate", boxId],
    queryFn: async ({ signal }) => {
      try {
        return await call(endpoints.getLocate, { params: { id: boxId }, signal });
      } catch (error) {
        if (error instanceof ProblemError && error.status === 404) return null;
        throw error;
      }
    },
  });

export const firstBoxQuery = queryOptions({
  queryKey: ["first-box"],
  queryFn: ({ signal }) => call(endpoints.getFirstBox, { signal }),
});

/** All journal rows about a subject, newest first. */
export const historyQuery = (subject: string) =>
  pagesQuery(["history", subject], (cursor, signal) =>
    call(endpoints.readJournal, { query: { subject, limit: pageRows, ...cursor }, signal }),
  );

export const journalQuery = (chain: string, after: number, limit: number) =>
  queryOptions({
    queryKey: ["journal", chain, after, limit],
    queryFn: ({ signal }) => call(endpoints.readJournal, { query: { chain, after, limit }, signal }),
  });

/** Loans, filtered by a part of a barcode or name. */
export const loansQuery = (onlyOpen: boolean, q = "") =>
  pagesQuery(["loans", onlyOpen ? "open" : "all", q], (cursor, signal) =>
    call(endpoints.listLoans, { query: { open: onlyOpen, ...(q ? { q } : {}), limit: pageRows, ...cursor }, signal }),
  );

export const overdueQuery = queryOptions({
  queryKey: ["loans", "overdue"],
  queryFn: ({ signal }) => call(endpoints.listLoans, { query: { overdue: true, limit: 500 }, signal }),
});

/** People by a part of their name or login. */
export const peopleQuery = (q = "") =>
  pagesQuery(["people", "found", q], (cursor, signal) =>
    call(endpoints.listPeople, { query: { ...(q ? { q } : {}), limit: pageRows, ...cursor }, signal }),
  );

const namesPagesMax = 20;
/** The names of all people, for the sentences of the journal. */
export const peopleNamesQuery = queryOptions({
  queryKey: ["people", "names"],
  queryFn: async ({ signal }) => {
    const names = new Map<string, string>();
    let cursor: string | null = "";
    for (let no = 0; no < namesPagesMax && cursor !== null; no++) {
      const query: { limit: number; cursor?: string } = { limit: 500, ...(cursor ? { cursor } : {}) };
      const page: List<{ id: string; name: string }> = await call(endpoints.listPeople, { query, signal });
      for (const person of page.items) names.set(person.id, person.name);
      cursor = page.nextCursor;
    }
    return names;
  },
  staleTime: 60_000,
});

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: async ({ signal }) => (await call(endpoints.listTokens, { signal })).items,
});

export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  queryFn: async ({ signal }) => (await call(endpoints.listDevices, { signal })).items,
  refetchInterval: 30_000,
});

export const backupsQuery = queryOptions({
  queryKey: ["backups"],
  queryFn: ({ signal }) => call(endpoints.getBackups, { signal }),
  refetchInterval: (query) => (query.state.data?.running ? 1000 : 60_000),
});
export const backupStandingQuery = queryOptions({
  queryKey: ["backup-standing"],
  queryFn: ({ signal }) => call(endpoints.getBackupStanding, { signal }),
  refetchInterval: 60_000,
});

/** 503 is an answer too: it says what is wrong. */
export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: async ({ signal }) => (await (await fetch(endpoints.getHealth.path, { signal })).json()) as Health,
  // A standby may become the leader at any moment.
  refetchInterval: ({ state }) => (state.data?.lead?.role === "stands-by" ? 2_000 : 30_000),
});

/** The feed brings changes; polled while a job runs, in case the feed is away. */
export const jobsQuery = queryOptions({
  queryKey: ["jobs"],
  queryFn: ({ signal }) => call(endpoints.getJobs, { signal }),
  refetchInterval: 2_000,
});

export const importsQuery = queryOptions({
  queryKey: ["imports"],
  queryFn: async ({ signal }) => (await call(endpoints.listImports, { signal })).items,
});
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ["import", id],
    queryFn: ({ signal }) => call(endpoints.getImport, { params: { id }, signal }),
    refetchInterval: (query) => (["received", "running"].includes(query.state.data?.state ?? "") ? 1000 : false),
  });

/** Stocktakes that somebody asked for; delta stocktakes of the gateway are shown at their aisle. */
export const stocktakesQuery = queryOptions({
  queryKey: ["stocktakes"],
  queryFn: async ({ signal }) => (await call(endpoints.listStocktakes, { query: { kind: "full" }, signal })).items,
});
export const stocktakeQuery = (id: string) =>
  queryOptions({
    queryKey: ["stocktake", id],
    queryFn: ({ signal }) => call(endpoints.getStocktake, { params: { id }, signal }),
    refetchInterval: (query) => (query.state.data?.state === "running" ? 3000 : false),
  });
export const stocktakeLinesQuery = (id: string, of: StocktakeClass) =>
  pagesQuery(["stocktake-lines", id, of], ({ cursor }, signal) =>
    call(endpoints.listStocktakeLines, {
      params: { id },
      query: { class: of, limit: pageRows, ...(cursor === undefined ? {} : { cursor: Number(cursor) }) },
      signal,
    }),
  );

export const relocationsQuery = queryOptions({
  queryKey: ["relocations"],
  queryFn: async ({ signal }) => (await call(endpoints.listRelocations, { signal })).items,
});
export const relocationQuery = (id: string) =>
  queryOptions({
    queryKey: ["relocation", id],
    queryFn: ({ signal }) => call(endpoints.getRelocation, { params: { id }, signal }),
  });

/** Only in the demo. */
export const demoExamplesQuery = queryOptions({
  queryKey: ["demo-examples"],
  queryFn: async ({ signal }) => (await call(endpoints.listDemoExamples, { signal })).items,
  staleTime: Number.POSITIVE_INFINITY,
});
