/**
 * A promise in seconds is asserted to what a measurement took less what the machine held it: beside it a bare process works a
 * little all the time, and what its work takes longer than it needs is the machine's. On a quiet machine that is next to nothing.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./bare-work.mjs", import.meta.url));

export interface Took {
  tookMs: number;
  /** Of that, as a bare process would have been held. */
  heldMs: number;
  /** What is left: the promise holds of this. */
  oursMs: number;
}

export interface MachineHold {
  /** Of something that took `tookMs`, as the machine has been since this was last asked. */
  during(tookMs: number): Promise<Took>;
  /** Forgets what was before. */
  begin(): Promise<void>;
  /** Takes nothing of the processor until the next `begin`. */
  rest(): void;
  close(): void;
}

export async function machineHold(): Promise<MachineHold> {
  const child = fork(script, { execArgv: [] });
  const ask = () =>
    new Promise<{ wallMs: number; processorMs: number }>((resolve, reject) => {
      const gone = () => reject(new Error("the bare process ended"));
      child.once("exit", gone);
      child.once("message", (told) => {
        child.off("exit", gone);
        resolve(told as { wallMs: number; processorMs: number });
      });
      child.send("how long");
    });
  // There once it has worked for the first time.
  await ask();
  return {
    async begin() {
      await ask();
    },
    async during(tookMs) {
      const { wallMs, processorMs } = await ask();
      const heldMs = Math.round(tookMs * Math.max(0, 1 - processorMs / wallMs));
      return { tookMs, heldMs, oursMs: tookMs - heldMs };
    },
    rest: () => void child.send("rest"),
    close: () => child.disconnect(),
  };
}

export const inWords = ({ tookMs, heldMs }: Took): string =>
  `${Math.round(tookMs)} ms (the machine held ${heldMs} of it)`;
