/** STOP's own door killed again and again on a machine that has no time, pressed all the while at both doors, as the console does. */
import { spawn } from "node:child_process";
import { childPids, doorEntry, listeningPid } from "./child-pids.ts";
import { pause, type TestGateway, until } from "./gateway-process.ts";
import { press } from "./stop-door.ts";

export interface DoorDeath {
  /** From the kill until a press at the door itself was taken. */
  backAfterMs: number;
  /** Whether what listens now ran already when the one before it was killed. */
  hadWaited: boolean;
  /** Presses while the door was away, and how many of them the gateway's own route took. */
  pressedMeanwhile: number;
  takenMeanwhile: number;
}

const roundMsMax = 60_000;
const pressEveryMs = 20;
/** At the gateway's own route, meanwhile. */
const otherEveryMs = 500;

/** Programs that do nothing but count; end them. */
export function busyMachine(programs: number): () => void {
  const busy = Array.from({ length: programs }, () =>
    spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }),
  );
  return () => {
    for (const one of busy) one.kill("SIGKILL");
  };
}

/** Told by the gateway, as to whoever watches over it. */
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
    // The gateway has the other door's restart to look after as well: no flood, and nobody here waits for it.
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
