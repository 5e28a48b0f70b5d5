import { connect as connectSocket } from "node:net";
import mqtt from "mqtt";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type EmbeddedBroker, openBroker } from "./open-broker.ts";

let broker: EmbeddedBroker;
let refused: string[];
const ends: (() => void)[] = [];

beforeEach(async () => {
  refused = [];
  const rights = [
    { username: "motion.r1", write: [], read: [], keepsPlace: true },
    { username: "reader-3", write: [], read: [] },
  ];
  const verify = (user: string, password: string) => password === `of ${user}`;
  const limits = { connections: 2 };
  broker = await openBroker({ rights, verify, port: 0, limits, onRefused: (reason) => refused.push(reason) });
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await broker.close();
});

function signIn(username: string, password: string, clientId = username): Promise<string> {
  return new Promise((resolve) => {
    const access = { clientId, username, password, reconnectPeriod: 0 };
    const client = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, access);
    ends.push(() => client.end(true));
    client.once("connect", () => resolve("connected"));
    client.on("error", (error) => resolve(error.message));
    client.once("close", () => resolve("closed"));
  });
}

it("a client with last year's password keeps nobody out who shares its address, nor does one that claims a name", async () => {
  for (let i = 0; i < 40; i++) await signIn("reader-3", "the password of last year");
  for (let i = 0; i < 40; i++) await signIn("motion.r1", "a guess");
  expect(await signIn("motion.r1", "of motion.r1")).toBe("connected");
  expect(await signIn("reader-3", "of reader-3")).toBe("connected");
  // Each of the two is logged so many times a minute, and one does not use up the other's log lines.
  expect(refused.length).toBeLessThanOrEqual(60);
}, 60_000);

it("connections that say nothing keep nobody out", async () => {
  for (let i = 0; i < 300; i++) {
    const socket = connectSocket(broker.port, "127.0.0.1").on("error", () => {});
    ends.push(() => socket.destroy());
  }
  await vi.waitFor(() => expect(broker.connectionCount).toBeGreaterThanOrEqual(64), { timeout: 10_000 });
  expect(await signIn("motion.r1", "of motion.r1")).toBe("connected");
}, 60_000);

it("a device with every place there is takes none of the gateway's", async () => {
  for (const suffix of ["a", "b"])
    expect(await signIn("reader-3", "of reader-3", `reader-3.${suffix}`)).toBe("connected");
  expect(await signIn("reader-3", "of reader-3", "reader-3.c")).not.toBe("connected");
  expect(await signIn("motion.r1", "of motion.r1")).toBe("connected");
}, 60_000);
