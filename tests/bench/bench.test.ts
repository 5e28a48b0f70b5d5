/** The shape of a quick run only: its figures, on whatever machine tests run, prove nothing. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Measure } from "./measure.ts";

const bench = fileURLToPath(new URL("./bench.ts", import.meta.url));
const runMsMax = 600_000;
/** All but hold, which takes five minutes of its own: `npm run bench -- --only hold --quick`. */
const parts = ["mqtt", "r2000", "judging", "import", "long", "lookup", "stop", "door", "commit", "start", "growth"];

test(
  "a quick run ends by itself and gives a figure, or a reason, for every measure",
  async () => {
    const words = ["--quick", "--json", ...parts.flatMap((part) => ["--only", part])];
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", bench, ...words], {
      timeout: runMsMax,
      maxBuffer: 10_000_000,
    });
    const { machine, measures } = JSON.parse(stdout) as { machine: Record<string, unknown>; measures: Measure[] };
    expect(machine).toMatchObject({ cores: expect.any(Number), node: process.version });
    for (const measure of measures) {
      expect(measure.note ?? "", measure.name).not.toContain("FAILED");
      if (measure.value === null) expect(measure.note, measure.name).toMatch(/^skipped: ./);
      else expect(Number.isFinite(measure.value), measure.name).toBe(true);
      expect(measure.isMet, measure.name).toEqual(measure.goal && measure.value !== null ? expect.any(Boolean) : null);
      if (measure.ratio !== undefined) expect(measure.ratioTo, measure.name).toBeTruthy();
    }
    const told = measures.map(({ name }) => name).join("\n");
    for (const part of ["MQTT", "R2000", "import", "lookup", "STOP", "commit", "start", "growth"])
      expect(told).toContain(part);
  },
  runMsMax,
);
