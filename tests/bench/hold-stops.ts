/** STOP of an area that nobody moves, again and again: from the press leaving until its frame is at the controller's wire. */
import { type Clock, sleep } from "../../src/clock/clock.ts";
import type { Asking } from "./hold-asking.ts";
import type { WireWatch } from "./hold-wire.ts";

export interface Stops {
  /** Milliseconds of each since they were last taken; infinite ones never came. */
  take(): number[];
  end(): Promise<void>;
}

export interface StopsDeps {
  areaKey: string;
  wire: WireWatch;
  asking: Asking;
  clock: Clock;
  pressReset(): void;
}

const stopMsMax = 10_000;
/** The one before is repeated until a status shows it: only after this much silence is the next frame the next STOP. */
const quietMs = 450;
const lookEveryMs = 50;
const afterResetMs = 300;

export function stops({ areaKey, wire, asking, clock, pressReset }: StopsDeps): Stops {
  let took: number[] = [];
  let isOver = false;

  async function quiet(): Promise<void> {
    const untilMs = clock.monoMs() + stopMsMax;
    while (performance.now() - (wire.lastStopAtMs() ?? Number.NEGATIVE_INFINITY) < quietMs && clock.monoMs() < untilMs)
      await sleep(clock, lookEveryMs);
  }

  async function one(): Promise<number> {
    let isLate = false;
    const startMs = performance.now();
    const atWire = new Promise<number>((resolve) => {
      wire.onStop((atMs) => isLate || resolve(atMs - startMs));
      clock.after(stopMsMax, () => {
        isLate = true;
        resolve(stopMsMax);
      });
    });
    const answered = asking.ask("POST", `/api/v1/areas/${areaKey}/stop`);
    const ms = await atWire;
    const { status } = await answered;
    if (status !== 202) throw new Error(`STOP was answered ${status}`);
    return ms;
  }

  async function run(): Promise<void> {
    while (!isOver) {
      await quiet();
      took.push(await one().catch(() => stopMsMax));
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
      took = [];
      return taken;
    },
    async end() {
      isOver = true;
      await running;
    },
  };
}
