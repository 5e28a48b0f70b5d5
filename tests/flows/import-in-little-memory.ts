/** A child process of import-100k.test.ts with a heap of its own limit: imports a workbook as the gateway does and searches afterwards. */
import { readFileSync } from "node:fs";
import { uuidv7 } from "uuidv7";
import { importDesk } from "../../src/catalogue/import/import-desk.ts";
import { systemClock } from "../../src/clock/clock.ts";
import type { Context } from "../../src/context.ts";
import { search } from "../../src/lookup/search.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { layoutOf } from "../../src/site/layout.ts";
import { parseSite } from "../../src/site/parse-site.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { testJobs } from "../support/jobs.ts";

const [place, folder, queries] = process.argv.slice(2).map((text) => JSON.parse(text));
const say = (line: object) => console.log(JSON.stringify(line));

const { site } = parseSite(readFileSync("sites/hall-100k.yaml", "utf8"));
if (!site) throw new Error("sites/hall-100k.yaml does not parse");
const database = await openDatabase(place);
const context: Context = { db: database.db, clock: systemClock(), newId: uuidv7, layout: layoutOf(site), publish() {} };
await loadSite(context);

let heapBytes = 0;
const watch = setInterval(() => {
  heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed);
}, 100);
const desk = importDesk({ context, folder, jobs: testJobs, onFailure: (error) => say({ failure: String(error) }) });

/** What a person who looks every now and then gets to see. */
async function follow(id: string): Promise<void> {
  let isOver = false;
  const idle = desk.idle().then(() => {
    isOver = true;
  });
  for (let last = ""; !isOver; ) {
    const { state, rowsTotal, rowsDone } = await desk.view(id);
    const line = JSON.stringify({ state, rowsTotal, rowsDone });
    if (line !== last) console.log(line);
    last = line;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await idle;
  say({ end: await desk.view(id) });
}

const id = await desk.receive("person:importer", "hall.xlsx", readFileSync(`${folder}/hall.xlsx`));
await follow(id);
await desk.run("person:importer", id);
await follow(id);
clearInterval(watch);
for (const query of queries) {
  const fromMs = performance.now();
  const { items: hits } = await search(context, { query, limit: 20 });
  say({ query, hits, tookMs: performance.now() - fromMs });
}
say({ heapBytes });
await database.close();
