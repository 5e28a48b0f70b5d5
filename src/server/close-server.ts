/** Closes the server: answers under way get a moment; clients with half a request, or that do not read, get none. */
import type { Clock } from "../clock/clock.ts";
import type { App } from "../http/route.ts";

/** Once it closes, Node no longer times out late requests: one stranger's half request would keep the program up for ever. */
const answersMsMaxDefault = 3_000;

export async function closeServer(app: App, clock: Clock, answersMsMax = answersMsMaxDefault): Promise<void> {
  const cancel = clock.after(answersMsMax, () => app.server.closeAllConnections());
  await app.close().finally(cancel);
}
