/** First file of a process that this program starts of itself (src/jobs/start-child.ts): `child.mjs <entry>`, from the parent's bundle. */

// A terminal's Ctrl-C, its end, and a unit's stop are the parent's affair, which ends its children in order; also while they boot.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

const { run, runAsWritten } = await import("./run.mjs");
const entry = process.argv[2] ?? "";
// A test's own children are in no bundle.
await (entry.startsWith("src/") ? run : runAsWritten)(entry);
