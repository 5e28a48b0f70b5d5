/** One controller on one demo rail under a virtual clock, with a gateway that only sends heartbeats. For tests. */
import { readFileSync } from "node:fs";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import { type Area, layoutOf } from "../../src/site/layout.ts";
import { parseSite } from "../../src/site/parse-site.ts";
import { defaultPhysics, newRail, type RailPhysics, stepIn, stepOut } from "../room/rail.ts";
import { newRig, type RigAnswer } from "./rig.ts";
import { defaultRules, type WireCommand } from "./state.ts";

const site = parseSite(readFileSync("sites/demo.yaml", "utf8")).site;
if (!site) throw new Error("sites/demo.yaml does not parse");
export const demoArea = layoutOf(site).areas[0] as Area;

export const dayMs = 24 * 3600_000;

export function bench(options: { confirmed?: boolean; warnMs?: number; physics?: RailPhysics } = {}) {
  const clock = virtualClock(1_000_000);
  const rail = newRail(demoArea, options.physics ?? defaultPhysics);
  const rules = { ...defaultRules, aisles: 5, aisleWidthMm: 900, warnMs: options.warnMs ?? defaultRules.warnMs };
  const rig = newRig({ rail, rules, clock, confirmedAtStart: options.confirmed ?? true });
  const answers: RigAnswer[] = [];
  rig.onAnswer((answer) => answers.push(answer));
  let wireId = 0;
  let beating = true;
  const beat = () => {
    if (!beating) return;
    rig.beat();
    clock.after(100, beat);
  };
  beat();

  function command(
    verb: WireCommand["verb"],
    aisle = 0,
    over: Partial<NonNullable<WireCommand["fence"]>> = {},
  ): WireCommand {
    wireId = over.wireId ?? wireId + 1;
    const fence = { wireId, epoch: 1, expectedOpenAisle: rig.state().openAisle ?? 0, ...over };
    return { verb, aisle, fence, ttlMs: 2000, isFresh: true };
  }
  const snapshot = () => [...rail.positionsMm.values()].join();
  return {
    clock,
    rail,
    rig,
    answers,
    command,
    snapshot,
    open: (aisle: number) => rig.command(command("open", aisle)),
    setBeating: (on: boolean) => {
      const isNew = on && !beating;
      beating = on;
      if (isNew) beat();
    },
    /** Runs `ms` and returns whether a carriage moved. */
    moves(ms: number): boolean {
      const before = snapshot();
      clock.advance(ms);
      return snapshot() !== before;
    },
    person(aisle: number): void {
      if (!stepIn(rail, aisle)) throw new Error(`no room in aisle ${aisle}`);
      rig.entry();
    },
    personOut(aisle: number): void {
      if (!stepOut(rail, aisle)) throw new Error(`nobody in aisle ${aisle}`);
      rig.exit();
    },
  };
}
