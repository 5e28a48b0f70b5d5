/**
 * Passes actions at the demo's panel and of its people on to the twin, which simulates the room; and lists search examples.
 * Absent outside the demo.
 */
import { demoEndpoints } from "../contract/endpoints/watch.ts";
import { Refusal } from "../contract/errors.ts";
import { wholeList } from "../contract/lists.ts";
import { mount } from "../http/mount.ts";
import type { App } from "../http/route.ts";
import type { DemoExamples } from "./examples.ts";

const answerMsMax = 10_000;

export interface DemoRoom {
  /** Address of the twin. */
  controlUrl: string;
  examples: DemoExamples;
}

export function demoRoutes(app: App, { controlUrl, examples }: DemoRoom): void {
  mount(app, demoEndpoints.listDemoExamples, () => wholeList(examples));
  mount(app, demoEndpoints.getTwin, () => ask(`${controlUrl}/state`));
  mount(app, demoEndpoints.tellTwin, (request) => ask(`${controlUrl}/command`, request.body));
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
