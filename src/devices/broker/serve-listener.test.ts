/** What a held gateway loses, and from which client: alarms that are dropped are counted as alarms. */
import { expect, it } from "vitest";
import { virtualClock } from "../../clock/virtual-clock.ts";
import { memoryChannels } from "./byte-channel.ts";
import { createCounts } from "./counts.ts";
import { frameKinds, topicFrame } from "./listener-frames.ts";
import { serveListener } from "./serve-listener.ts";
import { watchBroker } from "./watch-broker.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

it("alarms of one client that a held gateway does not take are counted as alarms, told by client, and cost nobody else's", async () => {
  const clock = virtualClock();
  const counts = createCounts();
  const [far, near] = memoryChannels();
  near.onBytes(() => {});
  const context = { publish() {}, async *kept() {}, counts, monoMs: () => clock.monoMs() };
  const listener = serveListener(far, context);
  const [alarms, fire, tags] = ["alarm/mad", "alarm/shelf-2", "tag/rd-1"];
  for (const [i, topic] of [alarms, fire, tags].entries()) near.write(topicFrame(frameKinds.subscribe, i + 1, topic));
  await turn();
  const say = (client: string, topic: string, bytes: number, isReads = false) =>
    listener.tell({
      topic,
      payload: Buffer.alloc(bytes),
      client,
      isReads,
      isState: false,
      isAlarm: !isReads,
      atMonoMs: 0,
    });
  // The gateway takes nothing: first the window fills, then the queue.
  for (let i = 0; i < 4_000; i++) say("mad", alarms, 1_000);
  say("shelf-2", fire, 200);
  for (let i = 0; i < 4_000; i++) say("mad", alarms, 1_000);
  for (let i = 0; i < 6_000; i++) say("rd-1", tags, 1_000, true);
  await turn();
  const since = counts.since();
  expect(since.mad?.dropped["alarms-held"]).toBeGreaterThan(1_000);
  expect(since.mad?.dropped["gateway-held"]).toBeUndefined();
  expect(since["shelf-2"]).toBeUndefined();
  expect(Object.keys(since["rd-1"]?.dropped ?? {})).toEqual(["gateway-held"]);

  const told: [string, number][] = [];
  const watch = watchBroker(clock, { warn() {}, info() {} });
  watch.onAlarmsHeld((client, alarms) => told.push([client, alarms]));
  watch.alive({ say: "alive", connections: 1, residentMb: 1, waitingBytes: 0, clients: since });
  expect(told).toEqual([["mad", since.mad?.dropped["alarms-held"]]]);
});
