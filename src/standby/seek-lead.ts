/** How a gateway comes to lead: it takes what is free, and renews it until motion does so itself. */
import { randomUUID } from "node:crypto";
import { type Clock, sleep } from "../clock/clock.ts";
import { type LeadGrant, leadMs, lookEveryMs, renewEveryMs } from "../lead/lead-grant.ts";
import { type Leader, leadOf, takeLead } from "../lead/lead-row.ts";
import { releaseLead, renewLead } from "../lead/renew-lead.ts";
import { openDatabase } from "../storage/open-database.ts";
import { hasLeads, makeFirstSchema } from "./first-schema.ts";
import type { LeadClient } from "./lead-client.ts";
import type { rowWatch } from "./may-take.ts";
import { type SchemaState, schemaState } from "./schema-state.ts";

export interface SeekDeps {
  databaseUrl: string;
  rooms: readonly string[];
  /** Machine and process, and where its console is. */
  name: string;
  url: string | null;
  clock: Clock;
  client: LeadClient;
  say(line: string): void;
  /** Of all looks of this process. */
  mayTake: ReturnType<typeof rowWatch>;
}

/** `leader`: who leads, or led last while this program may not take over. */
export interface Seen {
  leader: Leader | null;
  schema: SchemaState;
}

export type Looked = { grant: LeadGrant } | Seen;

/** The taking itself waits up to 5 s for who is in its way. */
const takeMsMax = 9_000;
const askMsMax = 3_000;
const renewMsMax = 1_500;

/** Makes the table where there is none. Throws as openDatabase and migrate do: what only people can mend, in words. */
export async function prepareLeads({ databaseUrl, clock, say }: SeekDeps): Promise<void> {
  const database = await openDatabase({ url: databaseUrl, connectionsMax: 3 });
  try {
    if (!(await hasLeads(database.sql))) await makeFirstSchema(database.sql, clock, say);
  } finally {
    await database.close();
  }
}

/** Takes the lead where it is free and the schema is none of a later program's. */
export async function look({ client, clock, databaseUrl, rooms, name, url, mayTake }: SeekDeps): Promise<Looked> {
  const [leader, schema] = await client.ask(
    async (sql) => [await leadOf(sql), await schemaState(sql)] as const,
    askMsMax,
  );
  const isFree = mayTake(leader, clock.monoMs()) && (leader?.leftMs ?? 0) <= 0;
  if (schema.is === "unknown" || !isFree) return { leader, schema };
  const holder = randomUUID();
  const epoch = await client.ask((sql) => takeLead(sql, { rooms, holder, name, url }, clock), takeMsMax);
  if (epoch === null) return { leader, schema };
  const grant = { rooms, epoch, holder, databaseUrl };
  // A command of a later program may have changed it since. Under the lead none does.
  const now = await client.ask(schemaState, askMsMax).catch(() => null);
  if (now?.is === "same" || now?.is === "older") return { grant };
  await giveUp({ client }, grant);
  return { leader, schema: now ?? schema };
}

/** A leader that lives renews every second. */
const aliveMs = 2 * renewEveryMs;

/**
 * At a start: a lead that nobody renews is waited for, since its holder is dead or ends just now; one that is renewed is
 * another's, and is told of within two seconds.
 */
export async function firstLook(deps: SeekDeps): Promise<Looked> {
  const { clock } = deps;
  const endsAtMs = clock.monoMs() + leadMs + aliveMs;
  let first = { holder: "", atMs: 0, leftMs: 0 };
  for (;;) {
    const looked = await look(deps);
    if ("grant" in looked || !looked.leader || looked.schema.is === "unknown") return looked;
    const atMs = clock.monoMs();
    const { holder, leftMs } = looked.leader;
    if (first.holder !== holder) first = { holder, atMs, leftMs };
    // Not renewed, it has as much less as time went by.
    const isRenewed = leftMs > first.leftMs - (atMs - first.atMs) + renewEveryMs / 2;
    if (isRenewed || atMs >= endsAtMs) return looked;
    await sleep(clock, lookEveryMs / 2);
  }
}

/** Between the taking and the moment at which motion renews: a schema that takes minutes to bring forward must not cost the lead. */
export function renewMeanwhile(
  { client, clock }: Pick<SeekDeps, "client" | "clock">,
  grant: LeadGrant,
  onLost: () => void,
): () => void {
  let isOver = false;
  let cancel = () => {};
  async function renew(): Promise<void> {
    const standing = await client.ask((sql) => renewLead(sql, grant), renewMsMax).catch(() => null);
    if (isOver) return;
    if (standing === "lost") return onLost();
    cancel = clock.after(renewEveryMs, () => void renew());
  }
  cancel = clock.after(renewEveryMs, () => void renew());
  return () => {
    isOver = true;
    cancel();
  };
}

export interface Waiting {
  /** Told of every look; whoever answers false ends the waiting. */
  goesOn(looked: Seen): boolean;
  onTrouble(error: unknown): void;
  isOver(): boolean;
}

/** Looks until it leads; null when the waiting was ended. A server that is away is looked for as well. */
export async function untilLed(deps: SeekDeps, { goesOn, onTrouble, isOver }: Waiting): Promise<LeadGrant | null> {
  while (!isOver()) {
    try {
      const looked = await look(deps);
      if ("grant" in looked) return looked.grant;
      if (!goesOn(looked)) return null;
    } catch (error) {
      onTrouble(error);
    }
    await sleep(deps.clock, lookEveryMs);
  }
  return null;
}

/** What was kept is kept: whoever waits may begin at once. A server that is away lets it run out. */
export async function giveUp({ client }: Pick<SeekDeps, "client">, grant: LeadGrant): Promise<void> {
  await client.ask((sql) => releaseLead(sql, grant), askMsMax).catch(() => {});
}
