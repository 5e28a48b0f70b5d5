/**
 * Brings our TypeScript to run. It is bundled once for each state of the sources, in half a second, because loading some
 * 500 files one by one takes twice the time on every start; where nothing may be written, tsx runs the files as they are.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { register as registerHooks } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { mended } from "./mend-postgres.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = ["src", "simulators", "firmware-protocols"];
const entries = [
  "src/cli.ts",
  "src/motion/motion-process.ts",
  "src/stop-door/door-process.ts",
  "src/job-process.ts",
  "src/storage/engine/engine-worker.ts",
  "src/stocktake/judge-worker.ts",
  "src/devices/broker/serve-broker.ts",
  "src/calibration/learner-worker.ts",
];
/**
 * Loaded from where they are installed: native ones, those with files of their own, one that imports another as it runs, and
 * mqtt, whose old way to read an address Node 24 complains about anywhere else. All others go into the bundle: to find and
 * read their thousand small files took a third of a start.
 */
const packagesOutside = [
  "@electric-sql/pglite",
  "@fastify/cookie",
  "@fastify/swagger-ui",
  "@node-rs/argon2",
  "@serialport/bindings-cpp",
  "esbuild",
  "mqtt",
  "pino",
  "serialport",
  "tsx",
  "vite",
];
const bundles = join(root, "dist/gateway");
/** A program that runs on from an older bundle may still load parts of it. */
const bundlesKept = 5;
/** The bundle that this program runs from, told to its threads and children: they start at once, and never as another version. */
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

/** By tsx, file by file. */
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
  const { build, stop } = await import("esbuild");
  const bundling = {
    entryPoints: entries.map((entry) => join(root, entry)),
    outbase: root,
    outdir: part,
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node20",
    format: "esm",
    metafile: true,
    sourcemap: true,
    // Read at every start, for the lines in a stack; the sources themselves stand beside.
    sourcesContent: false,
    minifyWhitespace: true,
    logLevel: "silent",
    // Packages of the older kind ask for Node's own modules by require.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    define: { "import.meta.url": "importMetaUrl" },
    plugins: [
      { name: "what stays outside", setup: keepPackagesOutside },
      { name: "where a file was", setup: keepAddresses },
      { name: "mended postgres.js", setup: mendDriver },
    ],
  };
  try {
    const { metafile } = await build(bundling);
    refuseLateImports(metafile);
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    // Somebody else was faster.
    if (!["ENOTEMPTY", "EEXIST"].includes(error.code)) throw error;
  } finally {
    // Its process would stay as long as we do, with 300 MB of what it bundled.
    await stop();
  }
  forgetOld();
  return folder;
}

function keepPackagesOutside(build) {
  build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
    const isOutside = packagesOutside.some((name) => path === name || path.startsWith(`${name}/`));
    return isOutside && kind !== "entry-point" ? { path, external: true } : undefined;
  });
}

/** A package of the older kind that is imported as it runs comes out of a bundle with nothing but a default. */
function refuseLateImports({ outputs }) {
  const late = Object.values(outputs).find(({ entryPoint }) => entryPoint?.includes("node_modules/"));
  if (late) throw new Error(`bin/run.mjs: what imports ${late.entryPoint} as it runs belongs into packagesOutside`);
}

/** Files beside a source file (migrations, sites) are found from where it was written, not from the bundle. */
function keepAddresses(build) {
  build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
    const text = readFileSync(path, "utf8");
    if (!text.includes("import.meta.url")) return undefined;
    return { contents: `const importMetaUrl = ${JSON.stringify(pathToFileURL(path).href)};${text}`, loader: "ts" };
  });
}

function mendDriver(build) {
  build.onLoad({ filter: /[\\/]postgres[\\/]src[\\/]\w+\.js$/ }, ({ path }) => {
    const contents = mended(path);
    return contents === null ? undefined : { contents, loader: "js" };
  });
}

function fingerprint() {
  const hash = createHash("sha256").update(process.version);
  for (const name of ["package-lock.json", "bin/run.mjs", "bin/mend-postgres.mjs"]) note(hash, name);
  for (const source of sources) {
    for (const name of readdirSync(join(root, source), { recursive: true }).sort())
      if (name.endsWith(".ts") || name.endsWith(".json")) note(hash, join(source, name));
  }
  return hash.digest("hex").slice(0, 16);
}

/** What is in it, not when it was written: an image, an archive and a checkout keep times to the second, or none. */
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
