/**
 * A limit in seconds is asserted on the measured time minus the time for which the machine held the process. To measure that, a
 * bare process works a little all the time; what its work takes too long is the machine's hold. On a quiet machine that is almost
 * nothing.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./bare-work.mjs", import.meta.url));

export interface Took {
  tookMs: number;
  /** The part for which the machine would have held a bare process. */
  heldMs: number;
  /** The rest, to which the limit applies. */
  oursMs: number;
}

export interface MachineHold {
  /** Splits `tookMs` by the machine's state since the last call. */
  during(tookMs: number): Promise<Took>;
  /** Forgets earlier measurements. */
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
  // It is ready once it has worked for the first time.
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
