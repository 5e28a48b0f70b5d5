import { and, eq, inArray } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { CommandView } from "../contract/aisles.ts";
import { type ErrorCode, Refusal } from "../contract/errors.ts";
import { roomChain } from "../contract/journal.ts";
import { change, type Recorder } from "../journal/change.ts";
import type { AskedCommand } from "../motion/messages.ts";
import type { Outcome, Params } from "../shelving/area-state.ts";
import { constraintOf } from "../storage/database-error.ts";
import type { Tx } from "../storage/db.ts";
import { asMotion } from "../storage/engine/first-lane.ts";
import { commands } from "../storage/schema/aisles.ts";
import { saying } from "./area-view.ts";

type CommandRow = typeof commands.$inferSelect;
const openStates = ["stored", "sent", "accepted"] as const;

/** A command is stored before anything is sent; the index on open motions refuses a second one (I4). */
export async function storeCommand(context: Context, command: AskedCommand): Promise<void> {
  try {
    await asMotion(() => change(context, (tx, recorder) => insertCommand(tx, recorder, command)));
  } catch (error) {
    if (constraintOf(error) === "commands_one_open_motion") throw new Refusal("area-busy", { what: command.verb });
    throw error;
  }
}

export async function insertCommand(tx: Tx, recorder: Recorder, command: AskedCommand): Promise<void> {
  const { id: commandId, areaKey, verb, aisle, epoch, actor, reason } = command;
  await tx.insert(commands).values({
    ...command,
    wireId: 0,
    state: "stored",
    outcome: null,
    storedAtMs: recorder.atMs,
    settledAtMs: null,
  });
  recorder.note({
    chain: roomChain(roomOf(areaKey)),
    actor,
    kind: "aisle.requested",
    subject: `area:${areaKey}`,
    reason,
    body: { commandId, areaKey, verb, aisle, epoch },
  });
}

/** Notes sent or accepted; a row that was settled meanwhile stays settled. */
export async function noteProgress(tx: Tx, id: string, state: "sent" | "accepted", wireId: number): Promise<void> {
  await tx
    .update(commands)
    .set({ state, wireId })
    .where(and(eq(commands.id, id), inArray(commands.state, [...openStates])));
}

export interface Settlement {
  commandId: string;
  areaKey: string;
  outcome: Outcome;
  code: ErrorCode | null;
  params: Params;
}

/**
 * Settles a command once, with its journal row; settling twice changes nothing. `settledAtMs`: when it was decided, which may be
 * long before it could be stored.
 */
export async function settleCommand(
  tx: Tx,
  recorder: Recorder,
  { commandId, areaKey, outcome, code, params }: Settlement,
  settledAtMs = recorder.atMs,
): Promise<void> {
  const [row] = await tx
    .update(commands)
    .set({ state: outcome, outcome: code ? { code, params } : null, settledAtMs })
    .where(and(eq(commands.id, commandId), inArray(commands.state, [...openStates])))
    .returning();
  if (!row) return;
  recorder.note({
    chain: roomChain(roomOf(areaKey)),
    actor: "gateway",
    kind: "aisle.settled",
    subject: `area:${areaKey}`,
    body: { commandId, areaKey, verb: row.verb, aisle: row.aisle, outcome, code, params, decidedAtMs: settledAtMs },
  });
}

/** Fails commands that an earlier gateway or motion left open: nothing is sent again (S3). */
export async function failOpenCommands(context: Context, areaKey: string, code: ErrorCode): Promise<number> {
  const open = await context.db
    .select({ id: commands.id })
    .from(commands)
    .where(and(eq(commands.areaKey, areaKey), inArray(commands.state, [...openStates])));
  for (const { id: commandId } of open)
    await change(context, (tx, recorder) =>
      settleCommand(tx, recorder, { commandId, areaKey, outcome: "failed", code, params: {} }),
    );
  return open.length;
}

/** A command and its outcome; refuses with not-found. */
export async function commandView(context: Context, id: string): Promise<CommandView> {
  const [row] = await context.db.select().from(commands).where(eq(commands.id, id));
  if (!row) throw new Refusal("not-found", { what: id });
  return viewOf(row);
}

function viewOf(row: CommandRow): CommandView {
  const why = row.outcome as { code: ErrorCode; params: Params } | null;
  const { id, areaKey, verb, aisle, state, storedAtMs, settledAtMs } = row;
  return { id, areaKey, verb, aisle, state, storedAtMs, settledAtMs, why: why ? saying(why.code, why.params) : null };
}

/** "r1.2" → "r1" */
export function roomOf(areaKey: string): string {
  return areaKey.slice(0, areaKey.indexOf("."));
}
