/** Every GET of the API, from its own description: none can be forgotten. */
import { askGateway, type Load, type LoadRow } from "./hold-gateway.ts";

interface ApiDescription {
  paths: Record<string, Record<string, unknown>>;
}

/** What stands for a path's parameter, by the word before it. */
const fixedIds: Record<string, string> = { areas: "r1.1", boxes: "b17", commands: "of-nobody" };

/** What a path is asked with: several, where what is asked makes the difference. */
const queries: Record<string, string[]> = {
  "/api/v1/search": ["公司", "3200000017", "GW-00000017", "王秋云", "龘靐", "hmjx"].map(
    (typed) => `?q=${encodeURIComponent(typed)}&limit=100`,
  ),
  "/api/v1/journal": ["?chain=house&limit=500", "?chain=room:r1&limit=500", "?subject=box:b17"],
  "/api/v1/stocktakes/{id}/lines": ["?limit=500", "?limit=500&cursor=5000"],
};

const betweenMs = 10;

/** Routes that change something and that no row asks; hold-left-out.ts says why. */
export async function notAsked(load: Load): Promise<string[]> {
  const { paths } = await describe(load);
  const asked = [...load.asked];
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .map((method) => method.toUpperCase())
      .filter((method) => method !== "GET")
      .filter((method) => {
        const like = new RegExp(`^${method} ${path.replace(/\{\w+\}/g, "[^/]+")}$`);
        return !asked.some((one) => like.test(one));
      })
      .map((method) => `${method} ${path}`),
  );
}

async function describe(load: Load): Promise<ApiDescription> {
  return JSON.parse((await askGateway(load, "GET", "/docs/json")).text) as ApiDescription;
}

/** Asked again and again until the row is long enough. */
export async function routeRows(load: Load, rowMs: number): Promise<LoadRow[]> {
  const { paths } = await describe(load);
  return Object.entries(paths)
    .filter(([, methods]) => "get" in methods)
    .map(([path]) => ({ name: `GET ${path}`, run: (now) => askOften(now, path, rowMs) }));
}

async function askOften(load: Load, path: string, rowMs: number): Promise<string> {
  const statuses = new Map<number, number>();
  const asked = (queries[path] ?? [""]).map((query) => filled(load, path) + query);
  let bytesMax = 0;
  const untilMs = Date.now() + rowMs;
  for (let i = 0; i < asked.length || Date.now() < untilMs; i++) {
    const { status, bytes, text } = await askGateway(load, "GET", asked[i % asked.length] as string);
    if (status >= 400 && !isExpected(path, status)) throw new Error(`GET ${path}: ${status} ${text.slice(0, 300)}`);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    bytesMax = Math.max(bytesMax, bytes);
    // Nobody may ask 12 000 times a minute.
    await new Promise((resolve) => setTimeout(resolve, betweenMs));
  }
  const told = [...statuses].map(([status, times]) => `${times} × ${status}`).join(", ");
  return `${told}, up to ${Math.ceil(bytesMax / 1024)} KB`;
}

function filled({ ids, context }: Load, path: string): string {
  return path.replace(/\/(\w+)\/\{\w+\}/g, (_, word: string) => {
    const counted = path.includes("reads") ? ids.get("counted") : context.stocktakeId;
    const id = word === "stocktakes" ? counted : (ids.get(word) ?? fixedIds[word]);
    if (!id) throw new Error(`GET ${path}: no id for it`);
    return `/${word}/${encodeURIComponent(id)}`;
  });
}

const isExpected = (path: string, status: number) => status === 404 && /\/commands\/|\/locate$/.test(path);
