// A child process of kill.test.ts: writes rows as fast as it can and prints each number only after its commit.
import { writeSync } from "node:fs";
import { type DatabasePlace, openDatabase } from "../../src/storage/open-database.ts";

const [place, from] = process.argv.slice(2);
const database = await openDatabase(JSON.parse(place as string) as DatabasePlace);
await database.sql`CREATE TABLE IF NOT EXISTS written (n int8 PRIMARY KEY, pad text NOT NULL)`;
writeSync(1, "open\n");
for (let n = Number(from); ; n++) {
  await database.sql`INSERT INTO written VALUES (${n}, ${"x".repeat((n * 37) % 3000)})`;
  writeSync(1, `${n}\n`);
}
