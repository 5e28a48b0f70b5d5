/**
 * STOP for all areas. It needs no confirmation, waits for nothing else, goes to the gateway and to STOP's own door at once, and
 * is sent again until one of them has answered.
 */
import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import { call, clearTheLine, newKey, ProblemError } from "./call.ts";
import { pressStopDoor, stopDoorUrl } from "./stop-door.ts";
import { makeStore } from "./store.ts";

export const stopSendsMax = 3;
export const stopRepeatMs = 1_500;
export const stopAnswerMaxMs = 8_000;

type Door = "gateway" | "stop-door";
export type StopState =
  | { kind: "ready" }
  | { kind: "sending"; sinceMs: number }
  | { kind: "taken"; atMs: number; by: Door }
  | { kind: "unanswered"; atMs: number; zh: string; en: string };

export const stopState = makeStore<StopState>({ kind: "ready" });

export async function stopAll(now: () => number = Date.now): Promise<void> {
  clearTheLine();
  stopState.set({ kind: "sending", sinceMs: now() });
  const press = newKey();
  const doorUrl = stopDoorUrl();
  const doors: Door[] = doorUrl === null ? ["gateway"] : ["stop-door", "gateway"];
  // Repeats are sent beside the first request, so that a hanging connection costs nothing; stopping twice is the same as once.
  const sends = Array.from({ length: stopSendsMax }, (_, i) =>
    doors.map((door) => sendAfter(i * stopRepeatMs, door, press, doorUrl)),
  );
  try {
    const by = await Promise.any(sends.flat());
    stopState.set({ kind: "taken", atMs: now(), by });
  } catch (error) {
    const { zh, en } = worst(error);
    stopState.set({ kind: "unanswered", atMs: now(), zh, en });
  }
}

async function sendAfter(delayMs: number, door: Door, press: string, doorUrl: string | null): Promise<Door> {
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  if (stopState.get().kind === "taken") return door;
  if (door === "stop-door" && doorUrl) await pressStopDoor(doorUrl, press, stopAnswerMaxMs);
  else await call(endpoints.stopAll, { query: { press }, timeoutMs: stopAnswerMaxMs });
  return door;
}

/** Prefers an answer that says something over a missing one. */
function worst(error: unknown): { zh: string; en: string } {
  const all = (error instanceof AggregateError ? error.errors : [error]).filter((one) => one instanceof ProblemError);
  const said = all.findLast(({ status }) => status !== 0) ?? all.at(-1);
  return said ?? { zh: "停止没有得到确认。", en: "The stop was not confirmed." };
}

/** Two modifier keys together with S: no barcode scanner sends this and no hand presses it by accident. */
export function isStopKey(event: Pick<KeyboardEvent, "ctrlKey" | "altKey" | "code">): boolean {
  return event.ctrlKey && event.altKey && event.code === "KeyS";
}
