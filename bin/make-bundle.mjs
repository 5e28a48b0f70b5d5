/**
 * Makes one bundle from several entry files, as the program runs it (bin/run.mjs); tests also bundle their own processes with it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { mended } from "./mend-postgres.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
/**
 * Packages loaded from where they are installed: native ones, those with files of their own, one that imports another at run
 * time, and mqtt, whose old way of parsing an address makes Node 24 complain elsewhere. All others go into the bundle: finding
 * and reading their thousand small files took a third of a start.
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

/**
 * Writes `folder/<entry>.js` for every entry, with the parts that they share.
 * @param {string} folder
 * @param {readonly string[]} entries paths from the root of the project
 */
export async function makeBundle(folder, entries) {
  const { build, stop } = await import("esbuild");
  const bundling = {
    entryPoints: entries.map((entry) => join(root, entry)),
    outbase: root,
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node20",
    format: "esm",
    metafile: true,
    sourcemap: true,
    // The map is read at every start, for line numbers in stack traces; the source files themselves are there anyway.
    sourcesContent: false,
    minifyWhitespace: true,
    logLevel: "silent",
    // CommonJS packages load Node's own modules by require.
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
  } finally {
    // esbuild's process would otherwise stay as long as this one, with 300 MB of what it bundled.
    await stop();
  }
}

function keepPackagesOutside(build) {
  build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
    const isOutside = packagesOutside.some((name) => path === name || path.startsWith(`${name}/`));
    return isOutside && kind !== "entry-point" ? { path, external: true } : undefined;
  });
}

/** A CommonJS package that is imported at run time has only a default export in a bundle. */
function refuseLateImports({ outputs }) {
  const late = Object.values(outputs).find(({ entryPoint }) => entryPoint?.includes("node_modules/"));
  if (late)
    throw new Error(`bin/make-bundle.mjs: what imports ${late.entryPoint} as it runs belongs into packagesOutside`);
}

/** Files beside a source file (migrations, sites) are found from the source's place, not from the bundle's. */
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
