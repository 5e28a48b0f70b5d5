/**
 * Nothing that a gateway is asked to do holds its motion: every job, route and hostile file while two areas open, at 20 000 boxes.
 * A hold that is over is measured again, which its line says: what holds motion by itself does so each time. One row at most is laid
 * at the machine's door, and only where the empty loop beside was held as well and it went well the second time (hold-rows.ts).
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Measure } from "./measure.ts";

const bench = fileURLToPath(new URL("./bench.ts", import.meta.url));
/** Three to five minutes on a quiet machine. */
const runMsMax = 2_400_000;

test(
  "motion is held by nothing (npm run bench -- --only hold --quick)",
  async () => {
    const words = ["--import", "tsx", bench, "--only", "hold", "--quick", "--json"];
    // Its lines are seen as they come: whoever waits for minutes wants to know what for.
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"], timeout: runMsMax });
    let said = "";
    child.stdout.on("data", (bytes: Buffer) => {
      said += bytes;
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    const { measures } = JSON.parse(said) as { measures: Measure[] };
    const failed = measures.filter(
      ({ failsRun, isMet, note = "" }) => (failsRun && isMet === false) || note.includes("FAILED"),
    );
    expect(failed.map(({ name, value, goal, note }) => `${name}: ${value}, ${goal}: ${note}`)).toEqual([]);
    expect(code).toBe(0);
    // A run that saw nothing proves nothing.
    const done = measures.find(({ name }) => name.endsWith("motions done"))?.value ?? 0;
    expect(done).toBeGreaterThan(0);
    expect(measures.length).toBeGreaterThan(50);
  },
  runMsMax,
);
