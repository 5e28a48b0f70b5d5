/** Uses up its descriptors, then starts a job and a broker: `without-descriptors.ts <folder>`, run with a low limit. */
import { openSync } from "node:fs";
import { spawnBroker } from "../../src/devices/broker/spawn-broker.ts";
import { openJobs } from "../../src/jobs/jobs.ts";

const say = (text: string) => process.stdout.write(`${text}\n`);
process.on("uncaughtException", (error) => {
  say(`uncaught: ${error.message}`);
  process.exit(7);
});
// The first output opens what a pipe needs.
say("begins");
const jobs = openJobs({ folder: process.argv[2] ?? "" });
try {
  for (;;) openSync("/dev/null", "r");
} catch {
  // No descriptor is left.
}
jobs
  .run({ kind: "check-backup", asked: { file: "/nowhere" }, source: "person:1" })
  .catch((error: { code: string }) => say(`told ${error.code}`));
try {
  spawnBroker().onExit((how) => say(`broker: ${how}`));
} catch (error) {
  say(`broker: ${(error as Error).message}`);
}
setTimeout(() => {
  say("still here");
  process.exit(0);
}, 2_000);
