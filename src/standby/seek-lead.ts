/** How a gateway comes to lead: it takes a free lead, and renews it until motion does so itself. */
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
  /** Machine and process; `url`: the address of its console. */
  name: string;
  url: string | null;
  clock: Clock;
  client: LeadClient;
  say(line: string): void;
  /** Shared by all looks of this process. */
  mayTake: ReturnType<typeof rowWatch>;
}

/** `leader`: the leader, or the last one while this program may not take over. */
export interface Seen {
  leader: Leader | null;
  schema: SchemaState;
}

export type Looked = { grant: LeadGrant } | Seen;

/** Taking includes up to 5 s for transactions that block it. */
const takeMsMax = 9_000;
const askMsMax = 3_000;
const renewMsMax = 1_500;

/** Creates the table if it is missing. Throws as openDatabase and migrate do, in words, for faults that only people can mend. */
export async function prepareLeads({ databaseUrl, clock, say }: SeekDeps): Promise<void> {
  const database = await openDatabase({ url: databaseUrl, connectionsMax: 3 });
  try {
    if (!(await hasLeads(database.sql))) await makeFirstSchema(database.sql, clock, say);
  } finally {
    await database.close();
  }
}

/** Takes the lead if it is free and the schema is not of a later program. */
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
  // A later program's command may have changed the schema since; under the lead none can.
  const now = await client.ask(schemaState, askMsMax).catch(() => null);
  if (now?.is === "same" || now?.is === "older") return { grant };
  await giveUp({ client }, grant);
  return { leader, schema: now ?? schema };
}

/** A live leader renews every second. */
const aliveMs = 2 * renewEveryMs;

/**
 * At a start. A lead that nobody renews is waited for, because its holder is dead or just ending. One that is renewed belongs to
 * another gateway, which is reported within two seconds.
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
    // Without a renewal the time left shrinks by the time that passed.
    const isRenewed = leftMs > first.leftMs - (atMs - first.atMs) + renewEveryMs / 2;
    if (isRenewed || atMs >= endsAtMs) return looked;
    await sleep(clock, lookEveryMs / 2);
  }
}

/** Renews between the taking and the moment when motion renews: a schema migration of minutes must not cost the lead. */
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
  /** Called with every look; returning false ends the waiting. */
  goesOn(looked: Seen): boolean;
  onTrouble(error: unknown): void;
  isOver(): boolean;
}

/** Looks until this gateway leads; null when the waiting was ended. It goes on while the server is away. */
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

/** Everything is stored, so a standby may begin at once. If the server is away, the lead runs out. */
export async function giveUp({ client }: Pick<SeekDeps, "client">, grant: LeadGrant): Promise<void> {
  await client.ask((sql) => releaseLead(sql, grant), askMsMax).catch(() => {});
}
