// Run by version-before-folder.test.ts inside a checkout of commit 49259c1, with its modules: writes a data folder by that
// program's own verbs, says what it wrote, and dies by kill -9 with the folder's lock in its hand.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [program, dataDir] = process.argv.slice(2);
const from = (file) => import(pathToFileURL(join(program, file)).href);
const { openMigrated } = await from("src/storage/open-migrated.ts");
const { loadSite } = await from("src/room/load-site.ts");
const { layoutOf } = await from("src/site/layout.ts");
const { parseSite } = await from("src/site/parse-site.ts");
const { systemClock } = await from("src/clock/clock.ts");
const { makeNewId } = await from("src/new-id.ts");
const { makePasswords } = await from("src/people/passwords.ts");
const { createPerson } = await from("src/people/create-person.ts");
const { createBox } = await from("src/catalogue/create-box.ts");
const { takeBox } = await from("src/placement/take-box.ts");
const { verifyJournal } = await from("src/journal/verify.ts");

const layout = layoutOf(parseSite(readFileSync(join(program, "tests/faults/small-site.yaml"), "utf8")).site);
const clock = systemClock();
const { db, sql } = await openMigrated({ DATA_DIR: dataDir });
const newId = makeNewId(clock, () => randomBytes(4).readUInt32BE());
const house = { db, clock, newId, layout, publish() {} };
await loadSite(house);
const passwords = makePasswords(randomBytes);
const person = { login: "wang", name: "王秋云", roles: ["archivist"], language: "zh", password: "only for tests 1" };
const { id: holderId } = await createPerson({ house, passwords }, "gateway", person);
for (const [i, { locationCode }] of layout.areas[0].slots.slice(0, 30).entries()) {
  const box = await createBox(house, "gateway", { barcode: `OLD-${i}`, thicknessMm: 30, locationCode, reason: "上架" });
  if (i < 3) await takeBox(house, "gateway", { boxId: box.id, holderId, reason: "查阅" });
}
const rows = {};
for (const { name } of await sql`SELECT table_name AS name FROM information_schema.tables
  WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`)
  rows[name] = Number((await sql.unsafe(`SELECT count(*) AS n FROM "${name}"`))[0].n);
const journal = await sql`SELECT chain, revision::int AS revision, kind, subject, hash FROM journal ORDER BY 1, 2`;
const { faults } = await verifyJournal(db);
process.stdout.write(JSON.stringify({ rows, journal: [...journal], faults, holderId }), () =>
  process.kill(process.pid, "SIGKILL"),
);
