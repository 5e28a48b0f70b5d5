/** A child process of version-before.test.ts: brings a database forward and says after every batch how far it is. */
import { writeSync } from "node:fs";
import { migrate } from "../../src/storage/migrate.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { laterMigrations } from "./later-migrations.ts";

const database = await openDatabase(JSON.parse(process.argv[2] as string));
await migrate(database.sql, {
  migrations: laterMigrations(),
  onProgress: ({ name, rowsDone }) => void writeSync(1, `${name} ${rowsDone}\n`),
});
await database.close();
