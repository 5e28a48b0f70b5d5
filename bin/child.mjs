/** First file of a process that this program starts of itself (src/jobs/start-child.ts): `child.mjs <entry>`, from the parent's bundle. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

// A terminal's Ctrl-C, its end, and a unit's stop are the parent's affair, which ends its children in order; also while they boot.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

const entry = process.argv[2] ?? "";
const { GUIWEI_BUNDLE: bundle = "" } = process.env;
const bundled = join(bundle, entry.replace(/\.ts$/, ".js"));
const isOurs = dirname(bundle) === fileURLToPath(new URL("../dist/gateway", import.meta.url));
if (isOurs && entry.startsWith("src/") && existsSync(bundled)) {
  // Without what makes a bundle: the parent runs from one already, and waits for this one.
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
