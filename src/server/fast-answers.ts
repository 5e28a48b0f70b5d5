/**
 * Answers are serialised by code generated from their schema. For unions that code validates every value, which doubles the time
 * of a page; a plainer schema gives the same answers. The description of the API keeps the full one.
 */
import { SerializerSelector } from "@fastify/fast-json-stringify-compiler";
import type { App } from "../http/route.ts";

type Schema = { [key: string]: unknown };

const fullByFast = new WeakMap<object, unknown>();

/** The response schemas as the route wrote them. */
export function fullResponseOf(response: unknown): unknown {
  return typeof response === "object" && response !== null ? (fullByFast.get(response) ?? response) : response;
}

export function serialiseFast(app: App): void {
  app.addHook("onRoute", (route) => {
    const response = (route.schema as Schema | undefined)?.response;
    if (typeof response !== "object" || response === null || fullByFast.has(response)) return;
    const fast = Object.fromEntries(Object.entries(response).map(([status, schema]) => [status, plainer(schema)]));
    fullByFast.set(fast, response);
    route.schema = { ...route.schema, response: fast };
  });
}

/** Generates a route's code when its first answer goes out: doing so for all routes at once took a fifth of a start. */
export const serializerWhenAsked: typeof SerializerSelector = () => (schemas, settings) => {
  const compile = SerializerSelector()(schemas, settings);
  return (route) => {
    let serialise: ReturnType<typeof compile> | undefined;
    return (answer) => {
      serialise ??= compile(route);
      return serialise(answer);
    };
  };
};

/** A schema that serialises the same values: literals as text, "or null" as a flag, free records unchanged. */
export function plainer(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const schema = value as Schema;
  const options = schema.anyOf;
  if (Array.isArray(options)) {
    const real = options.filter((option: Schema) => option.type !== "null");
    const isNullable = real.length < options.length;
    const inner =
      real.length === 1
        ? plainer(real[0])
        : real.every((option: Schema) => typeof option.const === "string")
          ? { type: "string" }
          : null;
    if (inner === null) return schema;
    return isNullable && Object.keys(inner as Schema).length > 0 ? { ...(inner as Schema), nullable: true } : inner;
  }
  if (schema.type === "string" && schema.const !== undefined) return { type: "string" };
  if (schema.type === "object" && schema.properties === undefined) return {};
  if (schema.type === "object") {
    const properties = Object.entries(schema.properties as Schema).map(([key, item]) => [key, plainer(item)]);
    return { ...schema, properties: Object.fromEntries(properties) };
  }
  if (schema.type === "array") return { ...schema, items: plainer(schema.items) };
  return schema;
}
