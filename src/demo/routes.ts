/** The demo's panel and people, passed on to the twin, which stands for the room; and whom to look for. Not there outside the demo. */
import { Type } from "typebox";
import { Refusal } from "../contract/errors.ts";
import type { App } from "../http/route.ts";
import type { DemoExamples } from "./examples.ts";

const answerMsMax = 10_000;

export interface DemoRoom {
  /** The twin's. */
  controlUrl: string;
  examples: DemoExamples;
}

export function demoRoutes(app: App, { controlUrl, examples }: DemoRoom): void {
  app.get(
    "/api/v1/demo/examples",
    { config: { right: "look" }, schema: { tags: ["demo"], response: { 200: Type.Array(Type.String()) } } },
    () => examples,
  );
  app.get("/api/v1/demo/twin", { config: { right: "look" }, schema: { tags: ["demo"] } }, () =>
    ask(`${controlUrl}/state`),
  );
  app.post(
    "/api/v1/demo/twin",
    {
      config: { right: "look", idempotency: "off" },
      schema: { tags: ["demo"], body: Type.Record(Type.String(), Type.Unknown()) },
    },
    (request) => ask(`${controlUrl}/command`, request.body),
  );
}

async function ask(url: string, body?: unknown): Promise<unknown> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(answerMsMax),
      ...(body === undefined
        ? {}
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    return await response.json();
  } catch (error) {
    throw new Refusal("twin-failed", { detail: (error as Error).message });
  }
}
