/** Every request knows when it was asked, before anything that it may wait for; every answer says what time it is here. */
import type { Clock } from "../clock/clock.ts";
import { nowHeader, pressedHeader } from "../contract/pressed.ts";
import { pressedAt } from "../http/pressed-at.ts";
import type { App } from "../http/route.ts";

/** `arrivedAtMs`: monotonic moment at which the request that is now being read came; without it: now. */
export function notePress(app: App, clock: Clock, arrivedAtMs: () => number = clock.monoMs): void {
  app.decorateRequest("askedAtMs", 0);
  app.addHook("onRequest", (request, _reply, next) => {
    request.askedAtMs = pressedAt(request.headers[pressedHeader], arrivedAtMs());
    next();
  });
  app.addHook("onSend", (request, reply, _payload, next) => {
    // For strangers it would only tell how long the machine has been up.
    if (request.who) reply.header(nowHeader, String(Math.floor(clock.monoMs())));
    next();
  });
}
