/** What the console asks the gateway, each under the key that touched.ts names. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { AreaView, CommandView, RoomsView } from "../../../src/contract/aisles.ts";
import type { AlarmsView } from "../../../src/contract/alarms.ts";
import type { BackupStanding, BackupsView } from "../../../src/contract/backups.ts";
import type { BoxDetail, FirstBoxView, ImportView, LoanView, SearchPage } from "../../../src/contract/catalogue.ts";
import type { HuntView } from "../../../src/contract/hunt.ts";
import type { JobsView } from "../../../src/contract/jobs.ts";
import type { JournalRow } from "../../../src/contract/journal.ts";
import type { JournalPage } from "../../../src/contract/live.ts";
import type { Person, Session, TokenView } from "../../../src/contract/people.ts";
import type { DeviceHealth, Health } from "../../../src/contract/ports.ts";
import type { RelocationDetail, RelocationView } from "../../../src/contract/relocation.ts";
import type { StocktakeClass, StocktakeLine, StocktakeView } from "../../../src/contract/stocktake.ts";
import { call, ProblemError } from "./call.ts";

export const api = "/api/v1";
/** GET /devices adds the sentence of its code where it is not up. */
export type DeviceLine = DeviceHealth & { zh?: string | null; en?: string | null };
/** Lists come bare or, where they page, in an envelope. */
type Listed<T> = T[] | { rows?: T[]; items?: T[] };

function bare<T>(answer: Listed<T>): T[] {
  return Array.isArray(answer) ? answer : (answer.rows ?? answer.items ?? []);
}

async function list<T>(path: string, signal: AbortSignal): Promise<T[]> {
  return bare(await call<Listed<T>>("GET", `${api}${path}`, { signal }));
}

interface Page<T> {
  rows: T[];
  nextCursor: string | null;
}

/** A list that pages by cursor, 50 rows at a time. */
function pagesQuery<T>(queryKey: readonly string[], path: string, asked: Record<string, string>) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({ ...asked, limit: "50", ...(pageParam ? { cursor: pageParam } : {}) });
      return call<Page<T>>("GET", `${api}${path}?${query}`, { signal });
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
  });
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => call<Session>("GET", `${api}/session`, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const roomsQuery = queryOptions({
  queryKey: ["rooms"],
  queryFn: ({ signal }) => call<RoomsView>("GET", `${api}/rooms`, { signal }),
  staleTime: 10 * 60_000,
});

/** The feed tells when it is old; asked now and then all the same, since counts of what was refused come in no event. */
export const alarmsQuery = queryOptions({
  queryKey: ["alarms"],
  queryFn: ({ signal }) => call<AlarmsView>("GET", `${api}/alarms`, { signal }),
  refetchInterval: 30_000,
});

export const areaQuery = (areaKey: string) =>
  queryOptions({
    queryKey: ["area", areaKey],
    queryFn: ({ signal }) => call<AreaView>("GET", `${api}/areas/${encodeURIComponent(areaKey)}`, { signal }),
    enabled: areaKey !== "",
  });

export const commandQuery = (id: string) =>
  queryOptions({
    queryKey: ["command", id],
    queryFn: ({ signal }) => call<CommandView>("GET", `${api}/commands/${id}`, { signal }),
  });

export const searchLimit = 20;
export const searchQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ["search", q],
    queryFn: ({ signal, pageParam }) => {
      const asked = new URLSearchParams({ q, limit: String(searchLimit) });
      if (pageParam) asked.set("cursor", pageParam);
      return call<SearchPage>("GET", `${api}/search?${asked}`, { signal });
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
    enabled: q !== "",
  });

export const boxQuery = (id: string) =>
  queryOptions({
    queryKey: ["box", id],
    queryFn: ({ signal }) => call<BoxDetail>("GET", `${api}/boxes/${id}`, { signal }),
  });

/** Null: nobody has listened for it. The feed brings what changes. */
export const huntQuery = (boxId: string) =>
  queryOptions({
    queryKey: ["hunt", boxId],
    queryFn: async ({ signal }) => {
      try {
        return await call<HuntView>("GET", `${api}/boxes/${boxId}/hunt`, { signal });
      } catch (error) {
        if (error instanceof ProblemError && error.status === 404) return null;
        throw error;
      }
    },
  });

export const firstBoxQuery = queryOptions({
  queryKey: ["first-box"],
  queryFn: ({ signal }) => call<FirstBoxView>("GET", `${api}/first-box`, { signal }),
});

/** Everything that happened to a subject, newest first. */
export const historyQuery = (subject: string) => pagesQuery<JournalRow>(["history", subject], "/journal", { subject });

export const journalQuery = (chain: string, after: number, limit: number) =>
  queryOptions({
    queryKey: ["journal", chain, String(after), String(limit)],
    queryFn: ({ signal }) => {
      const asked = new URLSearchParams({ chain, after: String(after), limit: String(limit) });
      return call<JournalPage>("GET", `${api}/journal?${asked}`, { signal });
    },
  });

/** Who holds what, by a part of a barcode or name. */
export const loansQuery = (onlyOpen: boolean, q = "") =>
  pagesQuery<LoanView>(["loans", String(onlyOpen), q], "/loans", { open: String(onlyOpen), ...(q ? { q } : {}) });

export const overdueQuery = queryOptions({
  queryKey: ["loans", "overdue"],
  queryFn: ({ signal }) => call<Page<LoanView>>("GET", `${api}/loans?overdue=true&limit=500`, { signal }),
});

/** People by a part of their name or login. */
export const peopleQuery = (q = "") => pagesQuery<Person>(["people", "found", q], "/people", q ? { q } : {});

const namesPagesMax = 20;
/** Everybody's name, for the sentences of the journal. */
export const peopleNamesQuery = queryOptions({
  queryKey: ["people", "names"],
  queryFn: async ({ signal }) => {
    const names = new Map<string, string>();
    let cursor: string | null = "";
    for (let no = 0; no < namesPagesMax && cursor !== null; no++) {
      const asked = new URLSearchParams({ limit: "500", ...(cursor ? { cursor } : {}) });
      const page: Page<Person> = await call("GET", `${api}/people?${asked}`, { signal });
      for (const person of page.rows) names.set(person.id, person.name);
      cursor = page.nextCursor;
    }
    return names;
  },
  staleTime: 60_000,
});

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => list<TokenView>("/tokens", signal),
});

export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  queryFn: ({ signal }) => list<DeviceLine>("/devices", signal),
  refetchInterval: 30_000,
});

export const backupsQuery = queryOptions({
  queryKey: ["backups"],
  queryFn: ({ signal }) => call<BackupsView>("GET", `${api}/backups`, { signal }),
  refetchInterval: (query) => (query.state.data?.running ? 1000 : 60_000),
});
export const backupStandingQuery = queryOptions({
  queryKey: ["backup-standing"],
  queryFn: ({ signal }) => call<BackupStanding>("GET", `${api}/backups/standing`, { signal }),
  refetchInterval: 60_000,
});

/** 503 is an answer too: it says what is wrong. */
export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: async ({ signal }) => (await (await fetch("/health", { signal })).json()) as Health,
  // A standby may lead at any moment.
  refetchInterval: ({ state }) => (state.data?.lead?.role === "stands-by" ? 2_000 : 30_000),
});

/** The feed brings what changes; asked while something is made, in case it is away. */
export const jobsQuery = queryOptions({
  queryKey: ["jobs"],
  queryFn: ({ signal }) => call<JobsView>("GET", `${api}/jobs`, { signal }),
  refetchInterval: 2_000,
});

export const importsQuery = queryOptions({
  queryKey: ["imports"],
  queryFn: ({ signal }) => list<ImportView>("/imports", signal),
});
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ["import", id],
    queryFn: ({ signal }) => call<ImportView>("GET", `${api}/imports/${id}`, { signal }),
    refetchInterval: (query) => (["received", "running"].includes(query.state.data?.state ?? "") ? 1000 : false),
  });

/** Those that somebody asked for; what the house counts by itself is seen at its aisle. */
export const stocktakesQuery = queryOptions({
  queryKey: ["stocktakes"],
  queryFn: ({ signal }) => list<StocktakeView>("/stocktakes?kind=full", signal),
});
export const stocktakeQuery = (id: string) =>
  queryOptions({
    queryKey: ["stocktake", id],
    queryFn: ({ signal }) => call<StocktakeView>("GET", `${api}/stocktakes/${id}`, { signal }),
    refetchInterval: (query) => (query.state.data?.state === "running" ? 3000 : false),
  });
export const stocktakeLinesQuery = (id: string, of: StocktakeClass) =>
  infiniteQueryOptions({
    queryKey: ["stocktake-lines", id, of],
    queryFn: ({ signal, pageParam }) => {
      const asked = new URLSearchParams({ class: of, limit: "50" });
      if (pageParam) asked.set("cursor", pageParam);
      type Page = { lines: StocktakeLine[]; nextCursor: string | null };
      return call<Page>("GET", `${api}/stocktakes/${id}/lines?${asked}`, { signal });
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
  });

export const relocationsQuery = queryOptions({
  queryKey: ["relocations"],
  queryFn: ({ signal }) => list<RelocationView>("/relocations", signal),
});
export const relocationQuery = (id: string) =>
  queryOptions({
    queryKey: ["relocation", id],
    queryFn: ({ signal }) => call<RelocationDetail>("GET", `${api}/relocations/${id}`, { signal }),
  });
