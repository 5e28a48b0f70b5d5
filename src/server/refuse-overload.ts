/**
 * Refuses what is not urgent during long stalls of the event loop. It measures only the loop: a package that also checked memory
 * ended the program when no file could be opened any more (/proc is files).
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { App } from "../http/route.ts";

const resolutionMs = 10;
const lookEveryMs = 1_000;
/** Stalls while everything is opened are no load that refusing could reduce. */
const startStallMs = 5_000;

/** `delayMsMax` 0: never. */
export function refuseOverload(app: App, clock: Clock, delayMsMax: number): void {
  if (delayMsMax === 0) return;
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let delayMs = 0;
  const timer = setInterval(() => {
    const meanMs = delays.mean / 1e6 - resolutionMs;
    // No measurement: the loop did not run at all.
    delayMs = Number.isNaN(meanMs) ? Number.POSITIVE_INFINITY : Math.max(0, meanMs);
    delays.reset();
  }, lookEveryMs);
  timer.unref();
  app.addHook("onClose", async () => {
    clearInterval(timer);
    delays.disable();
  });
  let calmFromMs = Number.POSITIVE_INFINITY;
  app.addHook("onListen", async () => {
    calmFromMs = clock.monoMs() + startStallMs;
  });
  app.addHook("onRequest", (request, _reply, next) => {
    // STOP and the health check are always answered if possible.
    const { right } = request.routeOptions.config;
    const isUrgent = right === "stop" || right === "public";
    const isOver = delayMs > delayMsMax && clock.monoMs() >= calmFromMs;
    next(isOver && !isUrgent ? new Refusal("overloaded") : undefined);
  });
}
