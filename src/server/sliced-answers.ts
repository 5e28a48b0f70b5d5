/**
 * Serialises a long list in slices, and answers other requests in between: 20 000 moves of a relocation in one go would hold up a
 * STOP for a tenth of a second. Each item is written by its own schema, as in the whole answer.
 */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "../http/route.ts";

/** Shorter lists take a few milliseconds as a whole. */
const itemsMin = 200;
const sliceMsMax = 4;
/** Items between two looks at the clock. */
const itemsAtOnce = 20;
/** Placeholder for the list; nobody outside can know it and put it into a text. */
const mark = randomUUID();

type Schema = { type?: unknown; items?: object; properties?: Record<string, object>; [key: string]: unknown };
type Write = (value: unknown) => string;
interface Writers {
  /** Null if the answer itself is the list. */
  head: Write | null;
  item: Write;
}

export function sliceLongAnswers(app: App): void {
  const known = new WeakMap<object, Map<string, Writers | null>>();

  function writersOf(schema: Schema, key: string, reply: FastifyReply): Writers | null {
    const ofSchema = known.get(schema) ?? new Map<string, Writers | null>();
    known.set(schema, ofSchema);
    if (!ofSchema.has(key)) ofSchema.set(key, makeWriters(schema, key, reply));
    return ofSchema.get(key) ?? null;
  }

  app.addHook("preSerialization", async (request, reply, payload) => {
    const found = longListIn(payload);
    const schema = found && !isKept(request) ? responseSchema(request, reply) : null;
    const writers = found && schema ? writersOf(schema, found.key, reply) : null;
    if (!found || !writers) return payload;
    reply.serializer((() => Readable.from(slicesOf(payload, found, writers), { objectMode: false })) as never);
    return payload;
  });
}

/** The answer's text is stored for the next request with the same key (idempotency.ts). */
const isKept = (request: FastifyRequest) => request.idempotencyRow !== null && request.idempotencyRow !== undefined;

/** `key`: the property of the answer with the list, or "" if the answer itself is the list. */
interface LongList {
  key: string;
  items: readonly unknown[];
}

function longListIn(payload: unknown): LongList | null {
  if (Array.isArray(payload)) return payload.length >= itemsMin ? { key: "", items: payload } : null;
  if (typeof payload !== "object" || payload === null) return null;
  for (const [key, value] of Object.entries(payload))
    if (Array.isArray(value) && value.length >= itemsMin) return { key, items: value };
  return null;
}

function responseSchema(request: FastifyRequest, reply: FastifyReply): Schema | null {
  const { response } = (request.routeOptions.schema ?? {}) as { response?: Record<string, Schema> };
  return response?.[reply.statusCode] ?? null;
}

function makeWriters(schema: Schema, key: string, reply: FastifyReply): Writers | null {
  const writerOf = (one: object): Write => reply.compileSerializationSchema(one as never) as unknown as Write;
  if (key === "") return schema.type === "array" && schema.items ? { head: null, item: writerOf(schema.items) } : null;
  const list = schema.properties?.[key] as Schema | undefined;
  if (list?.type !== "array" || !list.items) return null;
  const properties = { ...schema.properties, [key]: { type: "string" } };
  return { head: writerOf({ ...schema, properties }), item: writerOf(list.items) };
}

async function* slicesOf(payload: unknown, { key, items }: LongList, { head, item }: Writers): AsyncGenerator<string> {
  const whole = head ? head({ ...(payload as object), [key]: mark }) : `"${mark}"`;
  const [before = "", after = ""] = whole.split(`"${mark}"`);
  yield `${before}[`;
  for (let at = 0; at < items.length; ) {
    const untilMs = performance.now() + sliceMsMax;
    const parts: string[] = [];
    do {
      for (const one of items.slice(at, at + itemsAtOnce)) parts.push(item(one));
      at += itemsAtOnce;
    } while (at < items.length && performance.now() < untilMs);
    yield parts.join(",") + (at < items.length ? "," : "");
    await new Promise((resolve) => setImmediate(resolve));
  }
  yield `]${after}`;
}
