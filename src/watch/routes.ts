import { sql } from "drizzle-orm";
import type { FastifyRequest } from "fastify";
import { withTimeout } from "../clock/clock.ts";
import type { Context } from "../context.ts";
import { peopleEndpoints } from "../contract/endpoints/people.ts";
import { watchEndpoints } from "../contract/endpoints/watch.ts";
import { Refusal } from "../contract/errors.ts";
import type { LeadView } from "../contract/lead.ts";
import { wholeList } from "../contract/lists.ts";
import { unknownTime } from "../contract/machine-time.ts";
import type { DeviceHealth, StopDoorStanding } from "../contract/ports.ts";
import { mayDo } from "../contract/roles.ts";
import { isLoopback } from "../http/is-loopback.ts";
import { mount } from "../http/mount.ts";
import type { App } from "../http/route.ts";
import type { Db } from "../storage/db.ts";
import { chainHeads } from "../storage/schema/journal.ts";
import { deviceLine } from "./device-lines.ts";
import { storageProblem } from "./judge-disk.ts";
import type { Metrics } from "./metrics.ts";
import type { StorageWatch } from "./watch-storage.ts";
import type { TimeWatch } from "./watch-time.ts";

/** Problems during which the database still answers. */
const explainsNothing = ["facts-set-aside", "upkeep-failing", "sweep-failing"];
const databaseAnswerMsMax = 2_000;

export interface WatchDeps {
  context: Context;
  devices(): DeviceHealth[];
  metrics: Metrics;
  storage: StorageWatch;
  /** Who leads; left out for the only gateway on an embedded database. */
  lead?: () => LeadView;
  /** STOP's own door; left out where there is none. */
  stopDoor?: () => StopDoorStanding;
  /** Left out where the clock is not watched; its state is then unknown. */
  time?: TimeWatch;
  /** The running version: a release number or a commit. */
  version: string;
}

const alone = (): LeadView => ({ role: "alone", leader: null });

export function watchRoutes(
  app: App,
  { context, devices, metrics, storage, stopDoor, time, version, lead = alone }: WatchDeps,
): void {
  mount(app, watchEndpoints.getLead, lead);
  mount(app, watchEndpoints.listDevices, () => wholeList(devices().map(deviceLine)));
  mount(app, watchEndpoints.getHealth, async (_request, reply) => {
    const revision = await withTimeout(
      context.clock,
      factsWritten(context.db),
      databaseAnswerMsMax,
      () => new Error("the database is slow"),
    ).catch(() => null);
    const database = revision === null ? "down" : "up";
    const counts = { up: 0, degraded: 0, down: 0 };
    for (const { state } of devices()) counts[state]++;
    // A device that is down is no reason to restart the gateway: only the database decides.
    reply.code(revision === null ? 503 : 200).header("cache-control", "no-store");
    const found = storage.problems();
    // The database is away, and no other problem explains it.
    const isExplained = found.some(({ code }) => !explainsNothing.includes(code));
    const problems = revision === null && !isExplained ? [storageProblem("database-away"), ...found] : found;
    const all = [...problems, ...(time?.problems() ?? [])];
    return {
      status: database,
      database,
      devices: counts,
      stopDoor: stopDoor ? (leadsToMotion(stopDoor()) ? "up" : "down") : null,
      revision,
      disks: storage.disks(),
      time: time?.line() ?? unknownTime,
      problems: all,
      version,
      lead: lead(),
    } as const;
  });

  app.addHook("onError", async (_request, _reply, error) => storage.saw(error));
  app.addHook("onResponse", async (request, reply) => {
    const route = request.is404 ? "unknown" : (request.routeOptions.url ?? "unknown");
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    metrics.requestSeconds.observe({ route, method: request.method, status }, reply.elapsedTime / 1000);
    if (request.routeOptions.config.endpoint === peopleEndpoints.signIn && reply.statusCode === 401)
      metrics.signInsRefused.inc();
  });
  mount(app, watchEndpoints.getMetrics, async (request, reply) => {
    if (!isFromThisMachine(request)) {
      if (!request.who) throw new Refusal("not-signed-in");
      if (!mayDo(request.who.roles, "devices")) throw new Refusal("not-allowed");
    }
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

/** A listening port alone stops nothing: the door must also reach motion. */
const leadsToMotion = ({ isUp, counts }: StopDoorStanding) => isUp && counts.isMotionThere;

/** Sum of all chains' revisions: grows with every fact. */
async function factsWritten(db: Db): Promise<number> {
  const [sum] = await db.select({ facts: sql<string>`coalesce(sum(${chainHeads.revision}), 0)` }).from(chainHeads);
  return Number(sum?.facts ?? 0);
}

/** A proxy on this machine forwards strangers' requests, and a web page may reach us under its own host name: neither counts. */
function isFromThisMachine(request: Pick<FastifyRequest, "headers" | "socket">): boolean {
  const { headers, socket } = request;
  if (headers["x-forwarded-for"] !== undefined || headers.forwarded !== undefined) return false;
  const address = (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  const host = (headers.host ?? "").replace(/:\d+$/, "");
  return isLoopback(address) && isLoopback(host);
}
