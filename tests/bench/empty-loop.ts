/**
 * An empty loop in a process of its own: what holds it is the machine. Each message is answered with the longest hold since;
 * "first": at motion's rank.
 */
import { askForMotionsRank, watchLoop } from "./loop-watch.ts";

if (process.argv[2] === "first") askForMotionsRank();
const loop = watchLoop();
process.on("message", () => process.send?.(loop.takeMs()));
process.on("disconnect", () => process.exit(0));
