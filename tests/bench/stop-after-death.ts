/**
 * kill -9 of the installed gateway's motion process, again and again, until the STOP that the next one sends first is at the wire of a
 * PLC without a beat, which would go on moving; a bare node that begins and ends in turn with it.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { backInMs } from "../../src/contract/motion-away.ts";
import { bareNodeMs, isStopPress, killedUntilStop, openBeatlessRoom } from "../support/beatless-room.ts";
import { childOf } from "../support/gateway-children.ts";
import { addressOf, endProgram } from "./gateway-program.ts";
import { type BenchOptions, type Measure, measured, median, within } from "./measure.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readyMsMax = 120_000;
/** Longer than a motion has to run for the next one to be started at once (src/aisles/areas.ts). */
const steadyMs = 11_000;

export async function measureStopAfterDeath({ isQuick, say }: BenchOptions): Promise<Measure[]> {
  const room = await openBeatlessRoom();
  const folder = mkdtempSync(join(tmpdir(), "guiwei-bench-death-"));
  const env = {
    ...{ PATH: process.env.PATH, DATA_DIR: folder, SITE_FILE: room.siteFile, LINKS_FILE: room.linksFile },
    ...{ HOST: "127.0.0.1", PORT: "0", STOP_PORT: "0", MQTT_PORT: "0", LOG_LEVEL: "fatal" },
  };
  const gateway = spawn(process.execPath, ["bin/guiwei.mjs", "serve"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    await within(readyMsMax, "the gateway's start", addressOf(gateway));
    const took: number[] = [];
    const bare: number[] = [];
    for (let i = 0; i < (isQuick ? 2 : 10); i++) {
      await new Promise((resolve) => setTimeout(resolve, steadyMs));
      bare.push(await bareNodeMs());
      const { first, afterMs } = await killedUntilStop(room.tap, childOf(folder, "motion"));
      if (!isStopPress(first.request)) throw new Error(`not STOP came first: ${JSON.stringify(first)}`);
      took.push(afterMs);
    }
    say(`STOP after a death: ${took.join(" ")} ms`);
    return [
      measured({
        name: "kill -9 of motion to STOP at the wire, no beat: longest",
        value: Math.max(...took),
        unit: "ms",
        ratioTo: "a bare node",
        ratio: median(took) / median(bare),
        goal: { of: "value", atMost: backInMs },
        note: `p50 ${median(took)} ms; a bare node begins and ends in ${Math.round(median(bare))} ms`,
      }),
    ];
  } finally {
    await endProgram(gateway);
    await room.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
