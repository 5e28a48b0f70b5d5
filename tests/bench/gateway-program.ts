/** The gateway's program as a child: where it listens, and its end. */
import type { ChildProcess } from "node:child_process";
import { within } from "./measure.ts";

const endMsMax = 20_000;

/** The address it says; rejects with its last words when it ends instead. */
export function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (text: Buffer) => {
      said += text;
      const address = /Guiwei: (http:\S+)/.exec(said)?.[1];
      if (address) resolve(address);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("exit", (code) => reject(new Error(`the gateway ended with ${code}: ${said.slice(-2000)}`)));
  });
}

export async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  await within(endMsMax, "the gateway's end", gone).catch(() => child.kill("SIGKILL"));
}
