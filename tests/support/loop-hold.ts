/** How long this thread's event loop was held, compared with an idle loop: a hold of both is the machine's. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Worker } from "node:worker_threads";

const idle = `
  const { monitorEventLoopDelay } = require("node:perf_hooks");
  const { parentPort } = require("node:worker_threads");
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  parentPort.once("message", () => parentPort.postMessage(delay.max / 1e6));
  parentPort.postMessage("ready");
`;

export interface LoopHold {
  oursMs: number;
  idleMs: number;
}

export async function holdDuring(work: () => Promise<void>): Promise<LoopHold> {
  const beside = new Worker(idle, { eval: true });
  const word = () => new Promise<unknown>((resolve) => beside.once("message", resolve));
  await word();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  try {
    await work();
    const idleMs = word();
    beside.postMessage("how long");
    return { oursMs: delay.max / 1e6, idleMs: (await idleMs) as number };
  } finally {
    delay.disable();
    await beside.terminate();
  }
}
