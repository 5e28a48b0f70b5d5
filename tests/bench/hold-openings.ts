/** Opens one aisle of an area after the other, all the time, and counts what became of each wish. */
import { type Clock, sleep } from "../../src/clock/clock.ts";
import type { Asking, Told } from "./hold-asking.ts";

export interface OpeningTally {
  done: number;
  /** Began or was to begin, and did not end as "done": by why. */
  broken: Record<string, number>;
  /** Refused because it had waited too long. */
  tooOld: number;
  /** Refused for another reason, before anything moved: by code. */
  refused: Record<string, number>;
}

export interface Openings {
  pause(isPaused: boolean): void;
  /** Since it was last taken. */
  take(): OpeningTally;
  end(): Promise<void>;
}

export interface OpeningsDeps {
  areaKey: string;
  aisles: readonly number[];
  asking: Asking;
  clock: Clock;
  /** The reset key at the panel, pressed by somebody who looked. */
  pressReset(): void;
}

const tooOldCode = "request-too-old";
const lookEveryMs = 400;
const motionMsMax = 120_000;
const afterRefusalMs = 1_500;
const openStates = ["stored", "sent", "accepted"];

interface Command {
  id: string;
  state: string;
  why: { code: string } | null;
}

const noTally = (): OpeningTally => ({ done: 0, broken: {}, tooOld: 0, refused: {} });

export function openings({ areaKey, aisles, asking, clock, pressReset }: OpeningsDeps): Openings {
  let tally = noTally();
  let isPaused = false;
  let isOver = false;
  const count = (into: Record<string, number>, why: string) => {
    into[why] = (into[why] ?? 0) + 1;
  };

  async function openOne(aisle: number): Promise<boolean> {
    const answer = await asking.ask("POST", `/api/v1/areas/${areaKey}/open`, { aisle });
    if (answer.status !== 202) {
      const code = codeOf(answer);
      if (code === tooOldCode) tally.tooOld++;
      else count(tally.refused, code);
      return false;
    }
    const command = await settled((answer.body as Command).id);
    if (command.state === "done") {
      tally.done++;
      return true;
    }
    const why = command.why?.code ?? command.state;
    if (why === tooOldCode) tally.tooOld++;
    else count(tally.broken, why);
    return false;
  }

  async function settled(id: string): Promise<Command> {
    const untilMs = clock.monoMs() + motionMsMax;
    for (;;) {
      await sleep(clock, lookEveryMs);
      const { status, body } = await asking.ask("GET", `/api/v1/commands/${id}`);
      const command = body as Command;
      if (status === 200 && !openStates.includes(command.state)) return command;
      if (clock.monoMs() > untilMs) return { id, state: "never settled", why: null };
    }
  }

  async function run(): Promise<void> {
    for (let i = 0; !isOver; ) {
      if (isPaused) {
        await sleep(clock, lookEveryMs);
        continue;
      }
      const aisle = aisles[i++ % aisles.length] as number;
      const isDone = await openOne(aisle).catch((error: Error) => {
        count(tally.refused, error.message);
        return false;
      });
      if (isDone || isOver) continue;
      pressReset();
      await sleep(clock, afterRefusalMs);
    }
  }

  const running = run();
  return {
    pause(now) {
      isPaused = now;
    },
    take() {
      const taken = tally;
      tally = noTally();
      return taken;
    },
    async end() {
      isOver = true;
      await running;
    },
  };
}

const codeOf = ({ status, body }: Told): string => (body as { code?: string } | null)?.code ?? `status ${status}`;
