/** The gateway as installed, on a store with many boxes, their journal and a finished stocktake of them; its readers in a twin beside. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { roomChain, siteChain } from "../../src/contract/journal.ts";
import type { Role } from "../../src/contract/roles.ts";
import { startTwinProcess } from "../../src/demo/twin-process.ts";
import { change } from "../../src/journal/change.ts";
import { hashSecret } from "../../src/people/secret.ts";
import { loadSite } from "../../src/room/load-site.ts";
import type { Layout } from "../../src/site/layout.ts";
import type { LinkSpec } from "../../src/site/schema.ts";
import { tokens } from "../../src/storage/schema/people.ts";
import { freePort } from "../support/free-port.ts";
import {
  type BenchContext,
  type BenchDatabases,
  type BenchEngine,
  contextOf,
  type OpenedDatabase,
} from "./bench-context.ts";
import { epcOf, fillBoxes } from "./fill-boxes.ts";
import { addressOf, endProgram } from "./gateway-program.ts";
import { within } from "./measure.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readyMsMax = 240_000;
const rowsPerChange = 500;
/** What stands before the readers of the part that is counted: the radio of more than that is the twin's work, not ours. */
const standingMax = 1_600;
const freeSlots = 3_000;
/** Of these, the last are for the rows of an import; a relocation takes the first. */
export const importedSlots = 500;

export interface HoldContext {
  url: string;
  /** Of STOP's own door. */
  stopUrl: string;
  /** Each may do everything, and has a budget of its own. */
  secrets: { load: string; stopper: string; openers: string[] };
  folder: string;
  /** Of the gateway's first process. */
  pid: number;
  /** Ends the gateway; its database stays until the bench's gateway is closed. */
  endGateway(): Promise<void>;
  /** Of the finished stocktake. */
  stocktakeId: string;
  /** What the gateway said, its last words first. */
  said(): string;
  close(): Promise<void>;
}

export interface HoldContextOptions {
  engine: BenchEngine;
  databases: BenchDatabases;
  layout: Layout;
  siteFile: string;
  boxes: number;
  /** Of the controllers, which are elsewhere. */
  links: Record<string, LinkSpec>;
}

const secretOf = (name: string) => `gw_${name.padEnd(43, "x")}`;
const secrets = {
  load: secretOf("load"),
  stopper: secretOf("stopper"),
  openers: [secretOf("opener1"), secretOf("opener2")],
};
const stocktakeId = "bench-count";

export async function openHoldContext(options: HoldContextOptions): Promise<HoldContext> {
  const { engine, databases, layout, boxes } = options;
  const database = await databases.open(engine);
  // Closes a server's database, and removes the embedded one's folder.
  const closers: (() => Promise<void> | void)[] = [() => database.close()];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const context = contextOf(database, layout);
    await loadSite(context);
    await fillBoxes(database, withFreeSlots(layout), 0, boxes);
    await fillJournal(context, boxes);
    await fillStocktake(database, boxes);
    await giveTokens(context);
    const folder = engine === "embedded" ? await database.keep() : mkdtempSync(join(tmpdir(), "guiwei-bench-"));
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
    const readers = await startReaders(options, folder);
    closers.push(readers.close);
    const stopPort = await freePort();
    const gateway = startGateway(options, folder, { ...readers.links, ...options.links }, database, stopPort);
    closers.push(() => endProgram(gateway.child));
    const url = await within(readyMsMax, "the gateway's start", addressOf(gateway.child));
    const { pid = 0 } = gateway.child;
    const endGateway = () => endProgram(gateway.child);
    return {
      url,
      stopUrl: `http://127.0.0.1:${stopPort}`,
      secrets,
      folder,
      pid,
      endGateway,
      stocktakeId,
      said: gateway.said,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The last slots stay free: for what is imported and relocated. */
function withFreeSlots(layout: Layout): Layout {
  const last = layout.areas.at(-1);
  return {
    ...layout,
    areas: layout.areas.map((area) => (area === last ? { ...area, slots: area.slots.slice(0, -freeSlots) } : area)),
  };
}

/** As long as an import of these boxes would have made it. */
async function fillJournal(context: BenchContext, rows: number): Promise<void> {
  const chains = [siteChain, roomChain("r1")];
  for (let at = 0; at < rows; at += rowsPerChange) {
    await change(context, async (_tx, { note }) => {
      for (let i = at; i < Math.min(rows, at + rowsPerChange); i++)
        note({
          chain: chains[Math.floor(at / rowsPerChange) % chains.length] as string,
          actor: "gateway",
          kind: "box.placed",
          subject: `box:b${i}`,
          body: { boxId: `b${i}`, place: "slot" },
        });
    });
  }
}

/** A finished stocktake of the whole room with a line for each box: what its result is downloaded from. */
async function fillStocktake({ sql }: OpenedDatabase, boxes: number): Promise<void> {
  const atMs = 1_700_000_000_000;
  const settings = JSON.stringify({ presentMax: 0.001 });
  const summary = JSON.stringify({ layerIds: [], found: boxes, readers: [], calibrations: {} });
  await sql`
    INSERT INTO stocktakes (id, room_id, kind, scope, settings, state, actor, started_at_ms, ended_at_ms, start_revision, end_revision, summary)
    VALUES (${stocktakeId}, 'r1', 'full', '{}', ${settings}::text::jsonb, 'done', 'gateway', ${atMs}::bigint, ${atMs}::bigint, 0, 0, ${summary}::text::jsonb)`;
  const explanation = JSON.stringify({ zh: "八轮中应答八轮", en: "answered in eight of eight rounds" });
  const evidence = JSON.stringify([
    {
      readerId: "rd-101",
      antenna: 1,
      layerId: null,
      code: "1-01-B-01-01",
      roundsAnswered: 8,
      roundsHealthy: 8,
      meanDbm: -51,
    },
  ]);
  await sql`
    INSERT INTO stocktake_lines (stocktake_id, no, class, certainty, box_id, barcode, epc, expected_code, explanation, probability, alternatives, proposals, evidence)
    SELECT ${stocktakeId}, n + 1, 'found', 'confirmed', 'b' || n, 'GW-' || lpad(n::text, 8, '0'), 'E280117000000200' || lpad(n::text, 8, '0'),
      '1-01-B-01-01-01', ${explanation}::text::jsonb, 0.999, '[]', '[]', ${evidence}::text::jsonb
    FROM generate_series(0, ${boxes - 1}::int) n`;
}

async function giveTokens({ db, clock }: BenchContext): Promise<void> {
  const roles: Role[] = ["archivist", "operator", "supervisor", "auditor", "administrator"];
  for (const [i, secret] of [secrets.load, secrets.stopper, ...secrets.openers].entries())
    await db.insert(tokens).values({
      id: `bench-${i}`,
      name: `bench ${i}`,
      tokenHash: hashSecret(secret),
      roles,
      createdBy: "gateway",
      createdAtMs: clock.nowMs(),
    });
}

function startReaders({ layout, siteFile, boxes }: HoldContextOptions, folder: string) {
  const runtime = join(folder, "twin");
  mkdirSync(runtime, { recursive: true });
  const slots = layout.areas.flatMap((area) => area.slots).slice(0, Math.min(boxes, standingMax));
  const standing = slots.map(({ id }, i) => JSON.stringify({ epc: epcOf(i), thicknessMm: 30, slotId: id }));
  writeFileSync(join(runtime, "boxes.ndjson"), standing.join("\n"));
  return startTwinProcess({
    args: [
      ...["--site", join(root, "sites", siteFile), "--seed", "hold", "--delivery", join(runtime, "boxes.ndjson")],
      ...["--runtime", runtime, "--links", join(runtime, "links.json"), "--control-port", "0", "--no-serial"],
    ],
    report: () => {},
  });
}

function startGateway(
  { siteFile, engine }: HoldContextOptions,
  folder: string,
  links: Record<string, LinkSpec>,
  { url }: OpenedDatabase,
  stopPort: number,
): { child: ChildProcess; said(): string } {
  const linksFile = join(folder, "links.json");
  writeFileSync(linksFile, JSON.stringify(links));
  const child = spawn(process.execPath, ["bin/guiwei.mjs", "serve"], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      DATA_DIR: folder,
      ...(engine === "postgres" ? { DATABASE_URL: url } : {}),
      SITE_FILE: `sites/${siteFile}`,
      LINKS_FILE: linksFile,
      ...{
        HOST: "127.0.0.1",
        PORT: "0",
        STOP_PORT: `${stopPort}`,
        MQTT_PORT: "0",
        LOG_LEVEL: "warn",
        BACKUP_EVERY_HOURS: "0",
      },
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Whatever ends this run, no gateway is left behind.
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  let words = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (bytes: Buffer) => {
      words = (words + bytes.toString()).slice(-8_000);
    });
  return { child, said: () => words };
}
