/** `Idempotency-Key`: a client's retry never repeats the action; it gets the first request's answer. */
import { createHash } from "node:crypto";
import { and, eq, lt, sql } from "drizzle-orm";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { App } from "../http/route.ts";
import type { Db } from "../storage/db.ts";
import { idempotencyKeys } from "../storage/schema/people.ts";

const keptMs = 24 * 3_600_000;
/** After this time an unanswered key belongs to a request that was cut off. */
const workingMsMax = 60_000;
const answerCharsMax = 512_000;
const keysMax = 500_000;

declare module "fastify" {
  interface FastifyRequest {
    /** Row of idempotency_keys that this request owns and must settle. */
    idempotencyRow: string | null;
  }
}

interface Answer {
  body: unknown;
  headers: Record<string, string>;
}

export function keepIdempotency(app: App, { db, clock }: { db: Db; clock: Clock }): void {
  app.decorateRequest("idempotencyRow", null);

  app.addHook("preHandler", async (request, reply) => {
    const key = request.headers["idempotency-key"];
    if (key === undefined || request.method !== "POST" || !request.actor) return;
    const { endpoint, right } = request.routeOptions.config;
    if (endpoint?.idempotency === "off" || right === "stop" || right === "public") return;
    if (typeof key !== "string" || !/^[\x21-\x7e]{1,100}$/.test(key)) throw new Refusal("idempotency-key-invalid");
    const row = `${request.actor} ${key}`;
    const requestHash = hashRequest(request);
    const nowMs = clock.nowMs();
    // A key older than a day is also deleted here, so that its age alone decides.
    await db
      .delete(idempotencyKeys)
      .where(and(eq(idempotencyKeys.key, row), lt(idempotencyKeys.createdAtMs, nowMs - keptMs)));
    const made = await db
      .insert(idempotencyKeys)
      .values({ key: row, requestHash, createdAtMs: nowMs })
      .onConflictDoNothing()
      .returning({ key: idempotencyKeys.key });
    if (made.length > 0) {
      request.idempotencyRow = row;
      return;
    }
    const [before] = await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.key, row));
    if (before && before.requestHash !== requestHash) throw new Refusal("idempotency-key-reused");
    if (!before || before.status === null) {
      // Also if it lies that far in the future: the clock was set back, and the key's age is unknown.
      const isCutOff = before !== undefined && Math.abs(nowMs - before.createdAtMs) > workingMsMax;
      if (!isCutOff) reply.header("retry-after", 1);
      throw new Refusal(isCutOff ? "idempotency-outcome-unknown" : "idempotency-in-progress");
    }
    if (before.response === null) throw new Refusal("idempotency-answer-not-kept");
    const answer = before.response as Answer;
    reply.code(before.status).headers({ ...answer.headers, "idempotency-replayed": "true" });
    // Sent as text, exactly as it was first serialised.
    return reply.send(answer.body === null ? undefined : JSON.stringify(answer.body));
  });

  app.addHook("onSend", async (request, reply, payload) => {
    const row = request.idempotencyRow;
    if (row === null) return;
    request.idempotencyRow = null;
    try {
      await settle(row, request, reply, payload);
    } catch (error) {
      request.log.warn({ err: error }, "an idempotency key could not be settled");
    }
  });

  async function settle(row: string, request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> {
    const status = reply.statusCode;
    const text = typeof payload === "string" ? payload : null;
    // It is unknown whether the last commit took effect: the row stays open and becomes "outcome unknown".
    if (status === 503 && text?.includes('"code":"database-away"')) return;
    // A refusal leaves no side effect (I9), so the key is free for the next attempt.
    if (status >= 400 && status !== 500) {
      await db.delete(idempotencyKeys).where(eq(idempotencyKeys.key, row));
      return;
    }
    const isKept =
      request.routeOptions.config.endpoint?.idempotency !== "once" &&
      (payload === undefined || payload === null || text !== null) &&
      (text?.length ?? 0) <= answerCharsMax;
    const answer: Answer | null = isKept ? { body: text ? JSON.parse(text) : null, headers: headersOf(reply) } : null;
    await db.update(idempotencyKeys).set({ status, response: answer }).where(eq(idempotencyKeys.key, row));
  }
}

/** Deletes keys older than a day, and the oldest when there are too many. */
export async function sweepIdempotencyKeys(db: Db, nowMs: number): Promise<void> {
  await db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAtMs, nowMs - keptMs));
  const total = await db.$count(idempotencyKeys);
  if (total <= keysMax) return;
  await db.execute(sql`DELETE FROM ${idempotencyKeys} WHERE ${idempotencyKeys.key} IN (
    SELECT key FROM ${idempotencyKeys} ORDER BY created_at_ms LIMIT ${total - keysMax})`);
}

function hashRequest(request: FastifyRequest): string {
  // A multipart body is a stream that is still unread: its length stands for it.
  const body = request.body ?? request.headers["content-length"] ?? null;
  return createHash("sha256")
    .update(JSON.stringify([request.method, request.url, body]))
    .digest("hex");
}

function headersOf(reply: FastifyReply): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ["content-type", "etag", "location"]) {
    const value = reply.getHeader(name);
    if (typeof value === "string") kept[name] = value;
  }
  return kept;
}
