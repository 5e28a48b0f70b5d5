/** STOP for all areas. It needs no confirmation, waits for nothing else and is sent again until it was answered. */
import { call, clearTheLine, ProblemError } from "./call.ts";
import { makeStore } from "./store.ts";

export const stopSendsMax = 3;
export const stopRepeatMs = 1_500;
export const stopAnswerMaxMs = 8_000;

export type StopState =
  | { kind: "ready" }
  | { kind: "sending"; sinceMs: number }
  | { kind: "taken"; atMs: number }
  | { kind: "unanswered"; atMs: number; zh: string; en: string };

export const stopState = makeStore<StopState>({ kind: "ready" });

export async function stopAll(now: () => number = Date.now): Promise<void> {
  clearTheLine();
  stopState.set({ kind: "sending", sinceMs: now() });
  // Repeats go out beside the first one, so that one hanging connection costs nothing; stopping twice is stopping.
  const sends = Array.from({ length: stopSendsMax }, (_, i) => sendAfter(i * stopRepeatMs));
  try {
    await Promise.any(sends);
    stopState.set({ kind: "taken", atMs: now() });
  } catch (error) {
    const last: unknown = error instanceof AggregateError ? error.errors.at(-1) : error;
    const zh = last instanceof ProblemError ? last.zh : "停止没有得到确认。";
    const en = last instanceof ProblemError ? last.en : "The stop was not confirmed.";
    stopState.set({ kind: "unanswered", atMs: now(), zh, en });
  }
}

async function sendAfter(delayMs: number): Promise<void> {
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  if (stopState.get().kind === "taken") return;
  await call("POST", "/api/v1/stop", { timeoutMs: stopAnswerMaxMs });
}

/** Two modifier keys together with S: no barcode gun sends it and no hand brushes it by accident. */
export function isStopKey(event: Pick<KeyboardEvent, "ctrlKey" | "altKey" | "code">): boolean {
  return event.ctrlKey && event.altKey && event.code === "KeyS";
}
