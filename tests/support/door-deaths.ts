/**
 * Kills STOP's own door again and again on an overloaded machine, while both doors are pressed all the time, as the console does.
 */
import { spawn } from "node:child_process";
import { childPids, doorEntry, listeningPid } from "./child-pids.ts";
import { pause, type TestGateway, until } from "./gateway-process.ts";
import { press } from "./stop-door.ts";

export interface DoorDeath {
  /** From the kill until a press at the door itself was accepted. */
  backAfterMs: number;
  /** Whether the process that listens now was already running when the one before it was killed. */
  hadWaited: boolean;
  /** Presses while the door was away, and how many of them the gateway's own route accepted. */
  pressedMeanwhile: number;
  takenMeanwhile: number;
}

const roundMsMax = 60_000;
const pressEveryMs = 20;
/** Interval of presses at the gateway's own route. */
const otherEveryMs = 500;

/** Programs that only use the processor; the returned function ends them. */
export function busyMachine(programs: number): () => void {
  const busy = Array.from({ length: programs }, () =>
    spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }),
  );
  return () => {
    for (const one of busy) one.kill("SIGKILL");
  };
}

/** Waits until the gateway reports that the second door is ready. */
export async function secondWaits(gateway: TestGateway): Promise<void> {
  await until("a second door waits", async () => {
    const figures = await (await fetch(`${gateway.url}/metrics`)).text();
    return ["up", "second"].every((name) => figures.includes(`guiwei_stop_door_${name} 1\n`));
  });
}

export async function killDoor(
  gateway: TestGateway,
  door: number,
  headers: Record<string, string>,
): Promise<DoorDeath> {
  await secondWaits(gateway);
  const before = childPids(gateway.store.dataDir, doorEntry);
  const gatewayPort = Number(new URL(gateway.url).port);
  process.kill(listeningPid(before, door) as number, "SIGKILL");
  const startedMs = performance.now();
  const others: Promise<boolean>[] = [];
  for (let nowMs = startedMs; nowMs < startedMs + roundMsMax; nowMs = performance.now()) {
    // At a limited rate, because the gateway also restarts the other door; nothing here waits for these presses.
    if (nowMs - startedMs >= others.length * otherEveryMs)
      others.push(
        press(gatewayPort, headers).then(
          ({ status }) => status === 202,
          () => false,
        ),
      );
    const own = await press(door, headers).catch(() => null);
    const backAfterMs = performance.now() - startedMs;
    if (own?.status === 202) {
      const hadWaited = listeningPid(before, door) !== null;
      const takenMeanwhile = (await Promise.all(others)).filter(Boolean).length;
      return { backAfterMs, hadWaited, pressedMeanwhile: others.length, takenMeanwhile };
    }
    await pause(pressEveryMs);
  }
  throw new Error(`the door was not back within ${roundMsMax} ms`);
}
