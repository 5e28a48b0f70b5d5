/** Entry file of every child process of this program (src/jobs/start-child.ts): `child.mjs <entry>`, from the parent's bundle. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

// The parent handles a terminal's Ctrl-C or hang-up and a unit's stop, and ends its children in order, even while they start.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

const entry = process.argv[2] ?? "";
const { GUIWEI_BUNDLE: bundle = "" } = process.env;
const bundled = join(bundle, entry.replace(/\.ts$/, ".js"));
const isOurs = dirname(bundle) === fileURLToPath(new URL("../dist/gateway", import.meta.url));
if (isOurs && entry.startsWith("src/") && existsSync(bundled)) {
  // This skips bundling: the parent already runs from a bundle, and waits for this process.
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(bundled).href);
} else if (entry.endsWith(".js")) {
  // A test's own, in a bundle of its own (tests/support/bundled-script.ts).
  await import(new URL(`../${entry}`, import.meta.url).href);
} else {
  const { run, runAsWritten } = await import("./run.mjs");
  // A test's own children are in no bundle.
  await (entry.startsWith("src/") ? run : runAsWritten)(entry);
}
