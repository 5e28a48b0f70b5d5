/** First file of a process that this program starts of itself (src/jobs/start-child.ts): `child.mjs <entry>`, from the parent's bundle. */
import { run, runAsWritten } from "./run.mjs";

const entry = process.argv[2] ?? "";
// A test's own children are in no bundle.
await (entry.startsWith("src/") ? run : runAsWritten)(entry);
