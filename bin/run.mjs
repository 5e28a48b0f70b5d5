/**
 * Runs our TypeScript. It is bundled once for each state of the sources, in half a second, because loading some 500 files one by
 * one doubles the time of every start; where nothing may be written, tsx runs the files as they are.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { register as registerHooks } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { makeBundle } from "./make-bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = ["src", "simulators", "firmware-protocols"];
const entries = [
  "src/cli.ts",
  "src/motion/motion-process.ts",
  "src/stop-door/door-process.ts",
  "src/job-process.ts",
  "src/storage/engine/engine-worker.ts",
  "src/stocktake/judging/judge-thread.ts",
  "src/devices/broker/serve-broker.ts",
  "src/calibration/learner-worker.ts",
];
const bundles = join(root, "dist/gateway");
/** A program still running from an older bundle may load parts of it later. */
const bundlesKept = 5;
/** The bundle of this program, passed to its threads and children: they start at once, and always in the same version. */
const bundleVariable = "GUIWEI_BUNDLE";

/** @param {string} entry one of `entries` */
export async function run(entry) {
  const folder = await bundled().catch((error) => {
    if (!["EACCES", "EROFS", "EPERM", "ENOSPC"].includes(error.code)) throw error;
    return null;
  });
  if (folder) {
    process.env[bundleVariable] = folder;
    process.setSourceMapsEnabled(true);
    return import(pathToFileURL(join(folder, entry.replace(/\.ts$/, ".js"))));
  }
  return runAsWritten(entry);
}

/** Runs the files one by one with tsx. */
export async function runAsWritten(entry) {
  const { register } = await import("tsx/esm/api");
  register();
  registerHooks("./load-mended.mjs", import.meta.url);
  return import(pathToFileURL(join(root, entry)));
}

async function bundled() {
  const given = process.env[bundleVariable];
  if (given && dirname(given) === bundles && existsSync(given)) return given;
  const folder = join(bundles, fingerprint());
  try {
    utimesSync(folder, new Date(), new Date());
    return folder;
  } catch (error) {
    if (error.code !== "ENOENT") return folder;
  }
  const part = `${folder}.${process.pid}-${Math.trunc(performance.now() * 1000)}`;
  mkdirSync(part, { recursive: true });
  try {
    await makeBundle(part, entries);
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    // Another process was faster.
    if (!["ENOTEMPTY", "EEXIST"].includes(error.code)) throw error;
  }
  forgetOld();
  return folder;
}

function fingerprint() {
  const hash = createHash("sha256").update(process.version);
  for (const name of ["package-lock.json", "bin/run.mjs", "bin/make-bundle.mjs", "bin/mend-postgres.mjs"])
    note(hash, name);
  for (const source of sources) {
    for (const name of readdirSync(join(root, source), { recursive: true }).sort())
      if (name.endsWith(".ts") || name.endsWith(".json")) note(hash, join(source, name));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Hashes the content, not the time of writing: an image, an archive and a checkout keep times to the second, or none. */
function note(hash, name) {
  const path = join(root, name);
  hash
    .update(`${name}\n`)
    .update(existsSync(path) ? readFileSync(path) : "")
    .update("\n");
}

function forgetOld() {
  const age = (name) => Date.now() - (statSync(join(bundles, name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  const names = readdirSync(bundles).sort((a, b) => age(a) - age(b));
  for (const name of names.slice(bundlesKept)) rmSync(join(bundles, name), { recursive: true, force: true });
}
