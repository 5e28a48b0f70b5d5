/** For programs that never stand by, such as the demo: takes the lead, or reports who has it. */
import { hostname } from "node:os";
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { GatewayLead } from "../gateway-options.ts";
import type { Database } from "../storage/open-database.ts";
import { whenThere } from "../storage/when-there.ts";
import { leadClient } from "./lead-client.ts";
import { rowWatch } from "./may-take.ts";
import { openLed } from "./open-led.ts";
import { firstLook, giveUp, prepareLeads, renewMeanwhile, type SeekDeps } from "./seek-lead.ts";

export interface AloneDeps extends Pick<SeekDeps, "databaseUrl" | "rooms" | "say"> {
  clock: Clock;
  endsBecause(error: unknown): void;
  /** Aborted when the program is told to end while it waits. */
  told?: AbortSignal;
}

/** Throws lead-taken. The lead is renewed until `release`, beside motion: a demo ends with its process. */
export async function leadAlone(
  deps: AloneDeps,
): Promise<{ database: Database; lead: GatewayLead; release(): Promise<void> }> {
  const { clock, say, databaseUrl } = deps;
  const client = leadClient(databaseUrl, clock);
  const name = `${hostname()} (pid ${process.pid})`;
  const seek: SeekDeps = { ...deps, client, name, url: null, mayTake: rowWatch() };
  const first = async () => {
    await prepareLeads(seek);
    return firstLook(seek);
  };
  const looked = await whenThere(first, { clock, say, told: deps.told });
  if (!("grant" in looked)) {
    await client.close();
    if (looked.schema.is === "unknown") throw looked.schema.refusal;
    throw new Refusal("lead-taken", { who: looked.leader?.name ?? "—" });
  }
  const { grant } = looked;
  const onLost = () => deps.endsBecause(new Refusal("lead-lost", { who: "—" }));
  const stop = renewMeanwhile(seek, grant, onLost);
  const release = async () => {
    stop();
    await giveUp(seek, grant);
    await client.close();
  };
  const leader = { name: seek.name, url: null, epoch: grant.epoch, sinceMs: clock.nowMs() };
  const lead: GatewayLead = {
    ...{ grant, onLost, view: () => ({ role: "leads", leader }) },
    onStanding: (standing) => void (standing === "lost" && onLost()),
  };
  try {
    return { database: await openLed(grant, clock, say), lead, release };
  } catch (error) {
    await release();
    throw error;
  }
}
