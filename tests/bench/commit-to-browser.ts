/**
 * A committed journal row to 200 browsers at 100 rows a second, over the production live feed, against bare socket.io that emits
 * the same rows in the same run. The browsers are a process of their own; both processes read the same clock.
 */
import { type ChildProcess, fork } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { Server } from "socket.io";
import { roomChain } from "../../src/contract/journal.ts";
import { change } from "../../src/journal/change.ts";
import { createLive } from "../../src/server/live.ts";
import { type BenchDatabases, contextOf, layoutOfSite, serverOf } from "./bench-context.ts";
import { type BenchOptions, type Measure, measured, median, quantile, within } from "./measure.ts";

const rowsPerSecond = 100;
const chain = roomChain("r1");
const answerMsMax = 60_000;

/** What the browsers' process is told and tells; see browsers.ts. */
export type BrowserOrder =
  | { kind: "connect"; url: string; path: string; token: string; chain: string; browsers: number }
  | { kind: "report" };
export type BrowserReport = { kind: "ready" } | { kind: "connected" } | { kind: "delays"; ms: number[] };

interface Feed {
  url: string;
  path: string;
  token: string;
  /** Makes one row, told with the moment of its commit. */
  send(i: number): Promise<void>;
}

export async function measureCommits(options: BenchOptions, databases: BenchDatabases): Promise<Measure[]> {
  const engine = databases.missing("postgres") ? "embedded" : "postgres";
  const browsers = options.isQuick ? 20 : 200;
  const rounds = options.isQuick ? 2 : 6;
  const rowsPerRound = options.isQuick ? 50 : 300;
  const database = await databases.open(engine);
  const layout = layoutOfSite("demo.yaml");
  const context = contextOf(database, layout);
  const server = await serverOf(context, []);
  const live = createLive(server.app.server, {
    db: context.db,
    clock: context.clock,
    sessions: server.sessions,
    origins: [],
  });
  // The feed gets the rows in the tick after their commit: from there on the clock runs.
  context.feed.follow((rows) =>
    live.publish(rows.map((row) => ({ ...row, body: { ...row.body, sentAtMs: wallMs() } }))),
  );
  const bareHttp = createServer();
  const bareIo = new Server(bareHttp, { path: "/live", serveClient: false });
  const children: ChildProcess[] = [];
  try {
    const url = await server.app.listen({ host: "127.0.0.1", port: 0 });
    await new Promise<void>((resolve) => bareHttp.listen(0, "127.0.0.1", resolve));
    const row = {
      chain,
      revision: 0,
      actor: "gateway",
      kind: "box.placed",
      hash: "0".repeat(64),
      prevHash: "0".repeat(64),
    };
    const ours: Feed = {
      url,
      path: "/live",
      token: server.headers.authorization.slice("Bearer ".length),
      send: async (i) => {
        await change(context, async (_tx, { note }) =>
          note({ chain, actor: "gateway", kind: "box.placed", body: { i } }),
        );
      },
    };
    const bare: Feed = {
      url: `http://127.0.0.1:${(bareHttp.address() as AddressInfo).port}`,
      path: "/live",
      token: "",
      send: async (i) => void bareIo.emit("journal", { ...row, body: { i, sentAtMs: wallMs() } }),
    };
    const delays: Delays = { ours: [], bare: [] };
    const watching = { ours: await watch(ours, browsers, children), bare: await watch(bare, browsers, children) };
    for (let round = 0; round < rounds; round++) {
      for (const name of round % 2 === 0 ? (["ours", "bare"] as const) : (["bare", "ours"] as const)) {
        const feed = name === "ours" ? ours : bare;
        await pace(rowsPerRound, feed.send);
        await new Promise((resolve) => setTimeout(resolve, 300));
        const seen = await watching[name]();
        if (seen.length < rowsPerRound * browsers * 0.99)
          throw new Error(`${name}: ${seen.length} of ${rowsPerRound * browsers} rows came`);
        delays[name].push(...seen);
      }
    }
    return measuresOf(delays, browsers);
  } finally {
    for (const child of children) child.disconnect();
    void bareIo.close();
    bareHttp.close();
    await live.close();
    await server.close();
    await database.close();
  }
}

function wallMs(): number {
  return performance.timeOrigin + performance.now();
}

/** At the rate of rowsPerSecond, whatever a single one takes. */
async function pace(count: number, send: (i: number) => Promise<void>): Promise<void> {
  const startMs = Date.now();
  const sending: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    const waitMs = startMs + (i * 1000) / rowsPerSecond - Date.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    sending.push(send(i));
  }
  await Promise.all(sending);
}

interface Delays {
  ours: number[];
  bare: number[];
}

function measuresOf(delays: Delays, browsers: number): Measure[] {
  const p99 = { ours: quantile(delays.ours, 0.99), bare: quantile(delays.bare, 0.99) };
  const shared = { unit: "ms", ratioTo: "bare socket.io" };
  return [
    measured({
      name: `commit to ${browsers} browsers: p50`,
      value: median(delays.ours),
      ratio: median(delays.ours) / median(delays.bare),
      ...shared,
    }),
    measured({
      name: `commit to ${browsers} browsers: p99 above bare socket.io`,
      value: p99.ours - p99.bare,
      ratio: p99.ours / p99.bare,
      goal: { of: "value", atMost: 10 },
      note: `${rowsPerSecond} rows/s; p99 ${p99.ours.toFixed(1)} ms, bare ${p99.bare.toFixed(1)} ms`,
      ...shared,
    }),
  ];
}

/** Connects a process of browsers; each call of what it returns gives the delays since the last. */
async function watch(
  { url, path, token }: Feed,
  browsers: number,
  children: ChildProcess[],
): Promise<() => Promise<number[]>> {
  const child = fork(fileURLToPath(new URL("./browsers.ts", import.meta.url)), [], { execArgv: ["--import", "tsx"] });
  children.push(child);
  const next = () =>
    within(answerMsMax, "the browsers", new Promise<BrowserReport>((resolve) => child.once("message", resolve)));
  await next();
  child.send({ kind: "connect", url, path, token, chain, browsers } satisfies BrowserOrder);
  await next();
  return async () => {
    child.send({ kind: "report" } satisfies BrowserOrder);
    const report = await next();
    return report.kind === "delays" ? report.ms : [];
  };
}
