// Adds a numbered migration to src/storage/migrations and never changes one that is there: databases remember checksums.
//   node scripts/migrations.mjs NAME               what schema/*.ts, functions.sql and triggers.sql now say otherwise
//   node scripts/migrations.mjs NAME --sql         an empty one, to be written by hand
//   node scripts/migrations.mjs NAME --typescript  a step in batches, to be written in src/storage/migration-steps
//   node scripts/migrations.mjs --freeze           after writing one by hand: keeps its checksum
//   node scripts/migrations.mjs --check            nothing rewritten, nothing pending (part of npm run check)
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const storage = "src/storage";
const folder = `${storage}/migrations`;
const steps = `${storage}/migration-steps`;
const frozenFile = `${folder}/meta/_frozen.json`;
/** Parts of the schema that drizzle-kit does not know; the migration after a change of one runs the whole file. */
const handWritten = ["functions.sql", "triggers.sql"];
const kit = fileURLToPath(new URL("../node_modules/drizzle-kit/bin.cjs", import.meta.url));

const { values, positionals } = readWords();
const [name] = positionals;

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const textOf = (file) => readFileSync(file, "utf8");
const readJournal = (at = folder) => JSON.parse(textOf(`${at}/meta/_journal.json`)).entries;
const readFrozen = () => JSON.parse(textOf(frozenFile));
const writeFrozen = (frozen) => writeFileSync(frozenFile, `${JSON.stringify(frozen, null, 2)}\n`);
const changedByHand = () =>
  handWritten.filter((file) => readFrozen().handWritten[file] !== sha256(textOf(`${storage}/${file}`)));

function readWords() {
  const options = Object.fromEntries(
    ["sql", "typescript", "freeze", "check"].map((word) => [word, { type: "boolean", default: false }]),
  );
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    return fail(error.message, "node scripts/migrations.mjs NAME [--sql | --typescript], or --freeze, or --check");
  }
}

function fail(...lines) {
  for (const line of lines) console.error(line);
  process.exit(1);
}

/** Faults of the existing migrations. */
function faults() {
  const { migrations } = readFrozen();
  const tags = readJournal().map(({ tag }) => tag);
  const found = [];
  for (const [tag, hash] of Object.entries(migrations)) {
    if (!tags.includes(tag)) found.push(`${tag} is frozen and is no longer in meta/_journal.json`);
    else if (sha256(textOf(`${folder}/${tag}.sql`)) !== hash)
      found.push(`${tag}.sql was rewritten: databases remember its checksum. Put it back and add a new migration.`);
  }
  for (const tag of tags)
    if (!(tag in migrations)) found.push(`${tag} is not frozen: node scripts/migrations.mjs --freeze`);
  for (const file of readdirSync(steps).filter((file) => /^\d{4}_/.test(file)))
    if (!tags.includes(file.replace(/\.ts$/, ""))) found.push(`${steps}/${file} belongs to no migration`);
  return found;
}

/** Runs drizzle-kit on a copy, so that no existing migration can be changed. Returns the copy and the added tag, or null. */
function generate(words) {
  const copy = `node_modules/.cache/guiwei-migrations/${process.pid}`;
  mkdirSync(copy, { recursive: true });
  process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
  cpSync(folder, copy, { recursive: true });
  const before = readJournal().length;
  const args = [
    "generate",
    "--dialect",
    "postgresql",
    "--schema",
    `./${storage}/schema/index.ts`,
    "--out",
    `./${copy}`,
  ];
  const run = (stdout) =>
    spawnSync(process.execPath, [kit, ...args, ...words], { encoding: "utf8", stdio: ["inherit", stdout, "pipe"] });
  // drizzle-kit asks whether a column was renamed. Without a terminal it fails with exit code 0 and without a success message.
  const canAnswer = process.stdin.isTTY && process.stdout.isTTY && !values.check;
  if (canAnswer) run("inherit");
  if (!canAnswer || readJournal(copy).length === before) {
    const { status, stdout, stderr } = run("pipe");
    if (status !== 0 || !/No schema changes|SQL migration file/.test(stdout))
      fail(
        stdout,
        stderr,
        "drizzle-kit failed. To rename a column: add the new one, migrate and fill it, then drop the old one.",
      );
  }
  const added = readJournal(copy).slice(before);
  if (added.length > 1) fail("drizzle-kit added more than one migration");
  return { copy, tag: added[0]?.tag ?? null };
}

/** Refuses statements that fail on a table with rows, or that lose data. */
function refuseUnsafe(sql) {
  const bare = sql.split("--> statement-breakpoint").map((text) => text.trim());
  const unfillable = bare.filter((text) => /ADD COLUMN .* NOT NULL/s.test(text) && !/\bDEFAULT\b|GENERATED/.test(text));
  if (unfillable.length > 0)
    fail(
      "A table that has rows takes no new NOT NULL column without a default. Give it one, or make it nullable:",
      ...unfillable,
    );
  for (const text of bare.filter((text) => /\bDROP (TABLE|COLUMN)\b|SET DATA TYPE|SET NOT NULL/.test(text)))
    console.log(`Read this one: it loses data, or fails on data that does not fit.\n  ${text}`);
}

function check() {
  const found = faults();
  const changed = changedByHand();
  if (changed.length > 0)
    found.push(`${changed.join(" and ")} changed since the last migration: node scripts/migrations.mjs NAME`);
  const { copy, tag } = generate(["--name", "pending"]);
  if (tag)
    found.push(
      `schema/*.ts has what no migration makes: node scripts/migrations.mjs NAME`,
      textOf(`${copy}/${tag}.sql`),
    );
  if (found.length > 0) fail(...found);
  console.log(`${readJournal().length} migrations, nothing rewritten, nothing pending`);
}

function freeze() {
  const frozen = readFrozen();
  for (const { tag } of readJournal()) frozen.migrations[tag] ??= sha256(textOf(`${folder}/${tag}.sql`));
  writeFrozen(frozen);
}

function add() {
  if (!/^[a-z][a-z0-9-]*$/.test(name ?? "")) fail("Name it in kebab-case: node scripts/migrations.mjs area-lease");
  const found = faults();
  if (found.length > 0) fail(...found);
  const isByHand = values.sql || values.typescript;
  const changed = isByHand ? [] : changedByHand();
  let { copy, tag } = generate(["--name", name, ...(isByHand ? ["--custom"] : [])]);
  if (!tag && changed.length > 0) ({ copy, tag } = generate(["--name", name, "--custom"]));
  if (!tag) return console.log("The migrations say what the schema says: nothing to add.");

  const made = isByHand || !textOf(`${copy}/${tag}.sql`).match(/^[^-\s]/m) ? "" : textOf(`${copy}/${tag}.sql`);
  const partOf = (file) => (changed.includes(file) ? textOf(`${storage}/${file}`) : "");
  let sql = `${partOf("functions.sql")}${made}${partOf("triggers.sql")}`;
  if (values.sql) sql = `-- Written by hand; statements are parted by lines "--> statement-breakpoint".\n`;
  if (values.typescript) sql = `-- Done in TypeScript: src/storage/migration-steps/${tag}.ts\n`;
  refuseUnsafe(sql);
  writeFileSync(`${copy}/${tag}.sql`, sql);
  for (const { tag: old } of readJournal())
    if (textOf(`${copy}/${old}.sql`) !== textOf(`${folder}/${old}.sql`)) fail(`drizzle-kit rewrote ${old}`);
  cpSync(copy, folder, { recursive: true });

  if (values.typescript) writeStep(tag);
  const frozen = readFrozen();
  for (const file of changed) frozen.handWritten[file] = sha256(textOf(`${storage}/${file}`));
  if (!values.sql) frozen.migrations[tag] = sha256(sql);
  writeFrozen(frozen);
  console.log(`${folder}/${tag}.sql`);
  if (values.sql) console.log("Write it, then: node scripts/migrations.mjs --freeze");
}

/** Writes a step that fails until it is implemented, and the list of all steps. */
function writeStep(tag) {
  const file = `${steps}/${tag}.ts`;
  if (!existsSync(file))
    writeFileSync(
      file,
      `import type { TypescriptStep } from "./step.ts";

export const step: TypescriptStep = {
  async rowsTotal() {
    throw new Error("not written yet; rewriteColumn (rewrite-column.ts) may be all it takes");
  },
  async batch() {
    throw new Error("not written yet");
  },
};
`,
    );
  const tags = readdirSync(steps)
    .filter((file) => /^\d{4}_/.test(file))
    .map((file) => file.replace(/\.ts$/, ""))
    .sort();
  const imports = tags.map((tag) => `import { step as step${tag.slice(0, 4)} } from "./${tag}.ts";\n`).join("");
  const lines = tags.map((tag) => `  "${tag}": step${tag.slice(0, 4)},\n`).join("");
  writeFileSync(
    `${steps}/all-steps.ts`,
    `// Written by \`node scripts/migrations.mjs NAME --typescript\`: one line a file of this folder, by the migration's name.
${imports}import type { TypescriptStep } from "./step.ts";

export const allSteps: Readonly<Record<string, TypescriptStep>> = {${lines ? `\n${lines}` : ""}};
`,
  );
}

if (values.check) check();
else if (values.freeze) freeze();
else add();
