/**
 * STOP of an area that nobody moves, again and again: from the press leaving until its frame is at the controller's wire. Every
 * other press goes to both doors, as the console's does; the rest to the gateway's API alone, as a script's may.
 */
import { randomUUID } from "node:crypto";
import { type Clock, sleep } from "../../src/clock/clock.ts";
import type { Asking } from "./hold-asking.ts";
import type { WireWatch } from "./hold-wire.ts";

export interface StopTimes {
  /** Pressed at both doors. */
  stopsMs: number[];
  /** Pressed at the API alone. */
  apiStopsMs: number[];
}

export interface Stops {
  /** Milliseconds of each since they were last taken; the limit where one never came. */
  take(): StopTimes;
  end(): Promise<void>;
}

export interface StopsDeps {
  areaKey: string;
  wire: WireWatch;
  /** The gateway's API. */
  api: Asking;
  /** STOP's own door. */
  door: Asking;
  clock: Clock;
  pressReset(): void;
}

const stopMsMax = 10_000;
/** The one before is repeated until a status shows it: only after this much silence is the next frame the next STOP. */
const quietMs = 450;
const lookEveryMs = 50;
const afterResetMs = 300;

export function stops({ areaKey, wire, api, door, clock, pressReset }: StopsDeps): Stops {
  let took: StopTimes = { stopsMs: [], apiStopsMs: [] };
  let isOver = false;

  async function quiet(): Promise<void> {
    const untilMs = clock.monoMs() + stopMsMax;
    while (performance.now() - (wire.lastStopAtMs() ?? Number.NEGATIVE_INFINITY) < quietMs && clock.monoMs() < untilMs)
      await sleep(clock, lookEveryMs);
  }

  async function one(doors: readonly Asking[]): Promise<number> {
    let isLate = false;
    const startMs = performance.now();
    const atWire = new Promise<number>((resolve) => {
      wire.onStop((atMs) => isLate || resolve(atMs - startMs));
      clock.after(stopMsMax, () => {
        isLate = true;
        resolve(stopMsMax);
      });
    });
    const path = `/api/v1/areas/${areaKey}/stop?press=${randomUUID()}`;
    const answered = Promise.all(doors.map((one) => one.ask("POST", path)));
    const ms = await atWire;
    for (const { status } of await answered) if (status !== 202) throw new Error(`STOP was answered ${status}`);
    return ms;
  }

  async function run(): Promise<void> {
    for (let i = 0; !isOver; i++) {
      await quiet();
      const [into, doors] = i % 2 === 0 ? (["stopsMs", [door, api]] as const) : (["apiStopsMs", [api]] as const);
      const ms = await one(doors).catch(() => stopMsMax);
      took[into].push(ms);
      await sleep(clock, lookEveryMs);
      await quiet();
      pressReset();
      await sleep(clock, afterResetMs);
    }
  }

  const running = run();
  return {
    take() {
      const taken = took;
      took = { stopsMs: [], apiStopsMs: [] };
      return taken;
    },
    async end() {
      isOver = true;
      await running;
    },
  };
}
