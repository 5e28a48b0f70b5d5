/**
 * Sends one command to a running twin at GUIWEI_TWIN_URL: `control.ts unplug pair-1`, `control.ts enter 1 3`, `control.ts state`.
 */
import { orderOf } from "./control/commands.ts";

/** Returns the exit code: 0 done, 1 refused, 2 no twin there. */
export async function sendCommand(words: readonly string[], url: string): Promise<number> {
  try {
    const isState = words[0] === "state";
    const response = isState
      ? await fetch(`${url}/state`)
      : await fetch(`${url}/command`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(orderOf(words)),
        });
    const answer = (await response.json()) as { ok?: boolean; zh?: string; en?: string };
    console.log(JSON.stringify(answer, null, isState ? 2 : 0));
    if (isState || answer.ok) return 0;
    console.error(`${answer.zh ?? ""} / ${answer.en ?? ""}`);
    return 1;
  } catch (error) {
    console.error(`没有连上孪生 / no twin at ${url}: ${(error as Error).message}`);
    return 2;
  }
}

if (process.argv[1] === import.meta.filename) {
  const url = process.env.GUIWEI_TWIN_URL ?? "http://127.0.0.1:14000";
  process.exitCode = await sendCommand(process.argv.slice(2), url);
}
