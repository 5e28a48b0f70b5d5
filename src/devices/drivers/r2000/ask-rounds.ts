/** The two ways to ask one antenna for rounds; both resolve with all replies. */
import type { Reply } from "../../../../firmware-protocols/r2000/index.ts";
import { Refusal } from "../../../contract/errors.ts";
import type { R2000Unit } from "./r2000-unit.ts";

/** The reader keeps silent during all its rounds, then ends with 36 or the end frame. */
export async function askBuffered(unit: R2000Unit, rounds: number): Promise<Reply[]> {
  await unit.tell({ kind: "clear-buffer" });
  const timeoutMs = 1000 + rounds * 600;
  const [summary] = await unit.ask({ kind: "inventory", repeat: rounds }, { timeoutMs });
  if (summary?.kind !== "inventory-summary" || summary.tagCount === 0) return summary ? [summary] : [];
  // A damaged frame loses no tag, because the buffer still holds it.
  const read = () => unit.ask({ kind: "get-buffer" }, { answerMsMax: 10_000 });
  return read().catch((error: unknown) => {
    if (error instanceof Refusal && error.code === "device-timeout") return read();
    throw error;
  });
}

export function askRealTime(unit: R2000Unit, rounds: number): Promise<Reply[]> {
  const limits = { timeoutMs: 600 + rounds * 150, answerMsMax: 2000 + rounds * 1500 };
  return unit.ask({ kind: "real-time-inventory", repeat: rounds }, limits);
}
