// Makes src/storage/migrations anew from the schema and the hand-written SQL. Until the first release there is one
// migration; afterwards this script may only add (drizzle-kit generate) and never rewrite.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const folder = "src/storage/migrations";
rmSync(folder, { recursive: true, force: true });
execFileSync("npx", ["drizzle-kit", "generate", "--name", "house"], { stdio: "inherit" });
const file = `${folder}/${readdirSync(folder).find((name) => name.endsWith(".sql"))}`;
writeFileSync(
  file,
  readFileSync("src/storage/functions.sql", "utf8") +
    readFileSync(file, "utf8") +
    readFileSync("src/storage/triggers.sql", "utf8"),
);
