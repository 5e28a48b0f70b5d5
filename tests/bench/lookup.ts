/** 自动定位 at many boxes, through the production server's HTTP, against bare SQL that finds the same rows; on both engines. */
import { Agent, get } from "node:http";
import fastify from "fastify";
import { lookupRoutes } from "../../src/lookup/routes.ts";
import { bigramQuery } from "../../src/lookup/search-text.ts";
import { loadSite } from "../../src/room/load-site.ts";
import type { Database } from "../../src/storage/open-database.ts";
import { type BenchDatabases, type BenchEngine, contextOf, engines, layoutOfSite, serverOf } from "./bench-context.ts";
import { barcodeOf, customerNoOf, epcOf, fillBoxes, rareName } from "./fill-boxes.ts";
import { type BenchOptions, type Judged, type Measure, measured, median, quantile, skipped } from "./measure.ts";

/** A measure of one query ends after this, with what it has. */
const queryMsMax = 20_000;
const hitsPerPage = 20;

interface Query {
  name: string;
  /** The i-th thing somebody types. */
  typed(i: number): string;
  bare(database: Database, typed: string): Promise<unknown>;
  goal: "key" | "substring" | "character";
}

type Rows = Promise<readonly unknown[]>;

/** Record, box and tag as one prepared statement. */
const bareKey = ({ sql }: Database, customerNo: string): Rows => sql`
  SELECT r.*, b.*, t.epc FROM records r LEFT JOIN boxes b ON b.id = r.box_id
  LEFT JOIN tags t ON t.box_id = b.id AND t.unbound_at_ms IS NULL WHERE r.customer_no = ${customerNo} LIMIT 50`;
const bareBarcode = ({ sql }: Database, barcode: string): Rows => sql`
  SELECT r.*, b.*, t.epc FROM boxes b LEFT JOIN records r ON b.id = r.box_id
  LEFT JOIN tags t ON t.box_id = b.id AND t.unbound_at_ms IS NULL WHERE b.barcode = ${barcode} LIMIT 50`;
const bareEpc = ({ sql }: Database, epc: string): Rows => sql`
  SELECT r.*, b.*, t.epc FROM tags t JOIN boxes b ON b.id = t.box_id LEFT JOIN records r ON b.id = r.box_id
  WHERE t.epc = ${epc} AND t.unbound_at_ms IS NULL LIMIT 50`;
/** The newest page, by whichever index is the better one for these characters: known here, not to the search. */
const bareRare = ({ sql }: Database, typed: string): Rows => sql`
  SELECT r.*, b.*, t.epc FROM (
    SELECT * FROM records WHERE public.guiwei_bigrams(search_text) @@ ${bigramQuery(typed)}::tsquery
      AND strpos(search_text, ${typed}) > 0 ORDER BY updated_at_ms + 0 DESC LIMIT ${hitsPerPage}) r
  LEFT JOIN boxes b ON b.id = r.box_id LEFT JOIN tags t ON t.box_id = b.id AND t.unbound_at_ms IS NULL`;
const bareCommon = ({ sql }: Database, typed: string): Rows => sql`
  SELECT r.*, b.*, t.epc FROM (
    SELECT * FROM records WHERE strpos(search_text, ${typed}) > 0 ORDER BY updated_at_ms DESC, id DESC LIMIT ${hitsPerPage}) r
  LEFT JOIN boxes b ON b.id = r.box_id LEFT JOIN tags t ON t.box_id = b.id AND t.unbound_at_ms IS NULL`;

function queriesOf(boxes: number): Query[] {
  const some = (i: number) => (i * 7919 + 13) % boxes;
  const fixed =
    (...texts: string[]) =>
    (i: number) =>
      texts[i % texts.length] as string;
  return [
    { name: "customer number", typed: (i) => customerNoOf(some(i)), bare: bareKey, goal: "key" },
    { name: "barcode", typed: (i) => barcodeOf(some(i)), bare: bareBarcode, goal: "key" },
    { name: "EPC", typed: (i) => epcOf(some(i)), bare: bareEpc, goal: "key" },
    { name: "1 character, rare", typed: fixed("魑", "魉"), bare: bareRare, goal: "character" },
    { name: "1 character, middling", typed: fixed("淼", "谭", "驰", "诸"), bare: bareRare, goal: "character" },
    { name: "1 character, common", typed: fixed("南", "王", "公"), bare: bareCommon, goal: "character" },
    { name: "2 characters, rare", typed: fixed("魑魅", "魍魉"), bare: bareRare, goal: "substring" },
    { name: "2 characters, a name", typed: fixed("欧阳", "诸葛", "王秋", "谭淼"), bare: bareRare, goal: "substring" },
    { name: "2 characters, common", typed: fixed("公司", "南京", "江宁"), bare: bareCommon, goal: "substring" },
    { name: "3 characters, a name", typed: fixed("王秋云", "李建国", "欧阳雪"), bare: bareRare, goal: "substring" },
    {
      name: "4 characters, common",
      typed: fixed("有限公司", "机械制造", "和美机械"),
      bare: bareCommon,
      goal: "substring",
    },
    { name: "a whole rare name", typed: fixed(rareName), bare: bareRare, goal: "substring" },
    { name: "nothing found", typed: fixed("龘靐", "王龘"), bare: bareRare, goal: "substring" },
    { name: "pinyin initials", typed: fixed("hmjxzz", "jnhtwl"), bare: bareRare, goal: "substring" },
  ];
}

export async function measureLookup(options: BenchOptions, databases: BenchDatabases): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const engine of engines) {
    const missing = databases.missing(engine);
    if (missing) measures.push(skipped(`lookup, ${engine}`, missing));
    else measures.push(...(await measureOn(engine, options, databases)));
  }
  return measures;
}

async function measureOn(engine: BenchEngine, options: BenchOptions, databases: BenchDatabases): Promise<Measure[]> {
  const { boxes, isQuick, say } = options;
  const database = await databases.open(engine);
  const layout = layoutOfSite(isQuick ? "demo.yaml" : "hall-100k.yaml");
  const context = contextOf(database, layout);
  const server = await serverOf(context, [(app) => lookupRoutes(app, { context })]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const bareApp = fastify();
  try {
    await loadSite(context);
    const startMs = Date.now();
    await fillBoxes(database, layout, 0, boxes);
    say(`${engine}: ${boxes} boxes filled in ${Math.round((Date.now() - startMs) / 1000)} s`);
    const url = await server.app.listen({ host: "127.0.0.1", port: 0 });
    let bareQuery: (typed: string) => Promise<unknown> = async () => [];
    bareApp.get("/bare", (request) => bareQuery((request.query as { q: string }).q));
    const bareUrl = await bareApp.listen({ host: "127.0.0.1", port: 0 });
    const overSocket = (path: string) => fetchOver(agent, `${url}${path}`, server.headers);
    const injected = async (path: string) => {
      const answer = await server.app.inject({ url: path, headers: server.headers });
      if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.body}`);
      return answer.body;
    };
    const measures: Measure[] = [];
    for (const query of queriesOf(boxes)) measures.push(...(await measureQuery(query)));
    return measures;

    async function measureQuery({ name, typed, bare, goal }: Query): Promise<Measure[]> {
      const pathOf = (i: number) => `/api/v1/search?limit=${hitsPerPage}&q=${encodeURIComponent(typed(i))}`;
      const bareUrlOf = (i: number) => `${bareUrl}/bare?q=${encodeURIComponent(typed(i))}`;
      const rounds = isQuick ? 6 : goal === "key" ? 1_000 : 300;
      const warm = isQuick ? 3 : 20;
      const took = { bare: [] as number[], bareHttp: [] as number[], inject: [] as number[], socket: [] as number[] };
      bareQuery = (text) => bare(database, text);
      for (let i = 0, endMs = Date.now() + queryMsMax; i < rounds + warm && Date.now() < endMs; i++) {
        const tries = [
          async () => took.bare.push(await msOf(() => bare(database, typed(i)))),
          async () => took.bareHttp.push(await msOf(() => fetchOver(agent, bareUrlOf(i), {}))),
          async () => took.inject.push(await msOf(() => injected(pathOf(i)))),
          async () => took.socket.push(await msOf(() => overSocket(pathOf(i)))),
        ];
        for (let k = 0; k < tries.length; k++) await tries[(i + k) % tries.length]?.();
        if (i < warm) for (const list of Object.values(took)) list.length = 0;
      }
      const of = `lookup ${engine}, ${name}`;
      if (took.bare.length === 0) return [skipped(of, `not warm within ${queryMsMax} ms`)];
      const ratioTo = "bare SQL";
      const p50 = { bare: median(took.bare), inject: median(took.inject), socket: median(took.socket) };
      const floor = median(took.bareHttp) / p50.bare;
      const note = `bare fastify with that SQL: ${floor.toFixed(2)}`;
      const p99 = { bare: quantile(took.bare, 0.99), socket: quantile(took.socket, 0.99) };
      const isKey = goal === "key";
      const goal50 = { of: "ratio", atMost: 1.5 } as const;
      const goal99 = { of: "value", atMost: goal === "character" ? 50 : 20 } as const;
      const judged: Judged[] = [
        { name: `${of}: p50, inject`, value: p50.inject, unit: "ms", ratioTo, ratio: p50.inject / p50.bare },
        { name: `${of}: p50, socket`, value: p50.socket, unit: "ms", ratioTo, ratio: p50.socket / p50.bare, note },
        {
          name: `${of}: p99, socket`,
          value: p99.socket,
          unit: "ms",
          ratioTo,
          ratio: p99.socket / p99.bare,
          goal: goal99,
        },
      ];
      if (isKey) for (const one of judged.slice(0, 2)) one.goal = goal50;
      return judged.map(measured);
    }
  } finally {
    agent.destroy();
    await bareApp.close();
    await server.close();
    await database.close();
  }
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function fetchOver(agent: Agent, url: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(`${url}: ${text}`))));
    });
    request.on("error", reject);
    // Without this the kernel holds a request back for the last one's acknowledgement.
    request.setNoDelay(true);
  });
}
