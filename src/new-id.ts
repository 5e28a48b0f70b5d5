import { V7Generator } from "uuidv7";
import type { Clock } from "./clock/clock.ts";

/** The clock may go back this far with ids still in order; beyond that the generator starts anew. */
const clockRollbackMsMax = 10_000;

/** uuidv7 from the gateway's own clock and random numbers, so that a simulated day makes the same ids again. */
export function makeNewId(clock: Clock, nextUint32: () => number): () => string {
  const generator = new V7Generator({ nextUint32 });
  return () => generator.generateOrResetCore(Math.max(0, Math.floor(clock.nowMs())), clockRollbackMsMax).toString();
}
