/** Closing the door: answers under way get a moment, whoever holds half a request or reads nothing gets no more. */
import type { Clock } from "../clock/clock.ts";
import type { App } from "../http/route.ts";

/** Node stops looking for late requests once it closes: one stranger's half request would keep the program up for ever. */
const answersMsMaxDefault = 3_000;

export async function closeServer(app: App, clock: Clock, answersMsMax = answersMsMaxDefault): Promise<void> {
  const cancel = clock.after(answersMsMax, () => app.server.closeAllConnections());
  await app.close().finally(cancel);
}
