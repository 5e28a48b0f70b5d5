/** STOP's own door: from its death until the next press there is taken, while programs that only count hold every core. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { busyMachine, type DoorDeath, killDoor } from "../support/door-deaths.ts";
import { openGatewayProcess } from "../support/gateway-process.ts";
import { doorPort, newPerson } from "../support/stop-door.ts";
import { type BenchOptions, type Measure, measured, median, skipped } from "./measure.ts";

const name = "STOP's own door is back after its death, under load";

export async function measureDoor({ isQuick, say }: BenchOptions): Promise<Measure[]> {
  if (process.platform !== "linux") return [skipped(name, "who listens is read from /proc")];
  const dataDir = mkdtempSync(join(tmpdir(), "guiwei-door-"));
  const remove = async () => rmSync(dataDir, { recursive: true, force: true });
  const emptyStore = { dataDir, env: {}, place: { dataDir: join(dataDir, "database") }, remove };
  const gateway = await openGatewayProcess("embedded", {}, { emptyStore });
  const programs = 2 * availableParallelism();
  const end = busyMachine(programs);
  try {
    const { cookie } = await newPerson(gateway, `li-${randomUUID().slice(0, 8)}`, ["operator"]);
    const door = await doorPort(gateway.url, cookie);
    const all: DoorDeath[] = [];
    for (let i = 0; i < (isQuick ? 2 : 20); i++) all.push(await killDoor(gateway, door, { cookie }));
    const took = all.map(({ backAfterMs }) => backAfterMs);
    say(`back after: ${took.map((ms) => Math.round(ms)).join(" ")} ms`);
    const taken = all.reduce((sum, { takenMeanwhile }) => sum + takenMeanwhile, 0);
    const pressed = all.reduce((sum, { pressedMeanwhile }) => sum + pressedMeanwhile, 0);
    return [
      measured({
        ...{ name, value: Math.max(...took), unit: "ms", goal: { of: "value", atMost: 1_000 } },
        note: `the longest of ${all.length}, p50 ${Math.round(median(took))} ms, beside ${programs} busy programs; of ${pressed} presses meanwhile the gateway's own route took ${taken}`,
      }),
    ];
  } finally {
    end();
    await gateway.dispose();
  }
}
