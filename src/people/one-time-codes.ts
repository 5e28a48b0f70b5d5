import { and, eq, gt, isNull, lt } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { Db, Tx } from "../storage/db.ts";
import { oneTimeCodes } from "../storage/schema/people.ts";
import { hasAdministrator } from "./administrators.ts";
import { hashSecret, newSecret, newTypedCode, normaliseTypedCode, type RandomBytes } from "./secret.ts";

const setUpMs = 7 * 24 * 3_600_000;
const demoMs = 24 * 3_600_000;

/** Makes the code for the first visit, printed at start; null when there is an administrator. Older codes become invalid. */
export async function makeSetUpCode(context: Context, randomBytes: RandomBytes): Promise<string | null> {
  if (await hasAdministrator(context.db)) return null;
  const code = newTypedCode(randomBytes);
  const expiresAtMs = context.clock.nowMs() + setUpMs;
  await context.db.transaction(async (tx) => {
    await tx.delete(oneTimeCodes).where(eq(oneTimeCodes.purpose, "set-up"));
    await tx.insert(oneTimeCodes).values({ codeHash: hashSecret(code), purpose: "set-up", expiresAtMs });
  });
  return code;
}

/** The secret of the demo's sign-in link: works once, for one person. */
export async function makeDemoCode(context: Context, randomBytes: RandomBytes, personId: string): Promise<string> {
  const code = newSecret(randomBytes);
  const expiresAtMs = context.clock.nowMs() + demoMs;
  await context.db
    .insert(oneTimeCodes)
    .values({ codeHash: hashSecret(code), purpose: "demo-sign-in", personId, expiresAtMs });
  return code;
}

function stillGood(purpose: "set-up" | "demo-sign-in", code: string, nowMs: number) {
  const codeHash = hashSecret(purpose === "set-up" ? normaliseTypedCode(code) : code);
  return and(
    eq(oneTimeCodes.codeHash, codeHash),
    eq(oneTimeCodes.purpose, purpose),
    isNull(oneTimeCodes.usedAtMs),
    gt(oneTimeCodes.expiresAtMs, nowMs),
  );
}

export async function isCodeGood(
  db: Db,
  purpose: "set-up" | "demo-sign-in",
  code: string,
  nowMs: number,
): Promise<boolean> {
  const found = await db
    .select({ hash: oneTimeCodes.codeHash })
    .from(oneTimeCodes)
    .where(stillGood(purpose, code, nowMs));
  return found.length > 0;
}

/** Uses a code up; of two simultaneous uses one gets null. */
export async function useCode(
  tx: Tx,
  purpose: "set-up" | "demo-sign-in",
  code: string,
  nowMs: number,
): Promise<{ personId: string | null } | null> {
  const [used] = await tx
    .update(oneTimeCodes)
    .set({ usedAtMs: nowMs })
    .where(stillGood(purpose, code, nowMs))
    .returning({ personId: oneTimeCodes.personId });
  return used ?? null;
}

export async function sweepCodes(db: Db, nowMs: number): Promise<void> {
  await db.delete(oneTimeCodes).where(lt(oneTimeCodes.expiresAtMs, nowMs));
}
