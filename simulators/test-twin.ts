/** The demo site's twin under a virtual clock, with a host's end on each bus that a test asks for. For tests. */
import { readFileSync } from "node:fs";
import { virtualClock } from "../src/clock/virtual-clock.ts";
import { layoutOf } from "../src/site/layout.ts";
import { parseSite } from "../src/site/parse-site.ts";
import { demoDelivery, standing } from "./days/demo-delivery.ts";
import { createTwin, type TwinOptions } from "./twin.ts";
import { wirePair } from "./wires/memory.ts";

const site = parseSite(readFileSync("sites/demo.yaml", "utf8")).site;
if (!site) throw new Error("sites/demo.yaml does not parse");
export const demoLayout = layoutOf(site);
export const demoStanding = standing(demoDelivery(demoLayout, "demo"));

export function testTwin(options: Partial<TwinOptions> = {}) {
  const clock = virtualClock(Date.UTC(2026, 0, 5));
  const twin = createTwin({ layout: demoLayout, standing: demoStanding, clock, seed: 7, ...options });
  return {
    clock,
    twin,
    host(busId: string, hostBaud?: () => number | null) {
      const [mine, theirs] = wirePair();
      const heard: { bytes: Uint8Array; atMs: number }[] = [];
      mine.onBytes((bytes) => heard.push({ bytes, atMs: clock.nowMs() }));
      const detach = twin.attach(busId, theirs, hostBaud);
      return {
        heard,
        detach,
        send: (bytes: Uint8Array) => mine.write(bytes),
        /** Sends, and returns everything heard within `ms`. */
        ask(bytes: Uint8Array, ms = 500): Uint8Array {
          heard.length = 0;
          mine.write(bytes);
          clock.advance(ms);
          return Uint8Array.from(heard.flatMap((part) => [...part.bytes]));
        },
      };
    },
  };
}
