/** An empty loop in a process of its own: what holds it is the machine. Each message is answered with the longest hold since. */
import { askForMotionsRank, watchLoop } from "./loop-watch.ts";

askForMotionsRank();
const loop = watchLoop();
process.on("message", () => process.send?.(loop.takeMs()));
process.on("disconnect", () => process.exit(0));
