/** Notes when each request was made, before anything that it may wait for; each answer carries the server's time. */
import type { Clock } from "../clock/clock.ts";
import { nowHeader, pressedHeader } from "../contract/pressed.ts";
import { pressedAt } from "../http/pressed-at.ts";
import type { App } from "../http/route.ts";

/** `arrivedAtMs`: monotonic time at which the request now being read arrived; left out: now. */
export function notePress(app: App, clock: Clock, arrivedAtMs: () => number = clock.monoMs): void {
  app.decorateRequest("askedAtMs", 0);
  app.addHook("onRequest", (request, _reply, next) => {
    request.askedAtMs = pressedAt(request.headers[pressedHeader], arrivedAtMs());
    next();
  });
  app.addHook("onSend", (request, reply, _payload, next) => {
    // Not for strangers: it would only show them how long the machine has been up.
    if (request.who) reply.header(nowHeader, String(Math.floor(clock.monoMs())));
    next();
  });
}
