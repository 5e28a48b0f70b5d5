/**
 * What kills, fills or deceives a broker, raw packet by raw packet, on our guarded aedes and on Mosquitto with the files that we
 * generate from the same site. Bare aedes 1.2.0 survives probes 1–3, which killed 1.1.1 (GHSA-52qw-whmv-87c5 is in it); it still
 * has no packet limit, and it stores the denied topic of probe 4.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededChance } from "../../src/clock/chance.ts";
import {
  guardedAedes,
  guardedProcess,
  hasMosquitto,
  mosquitto,
  type ProbedBroker,
  passwordOf,
  residentMb,
} from "../support/probed-brokers.ts";
import {
  type ConnectFields,
  connectPacket,
  packet,
  publishPacket,
  type RawClient,
  rawClient,
  remainingLength,
  subscribePacket,
  text,
  unsubscribePacket,
} from "../support/raw-mqtt.ts";

const shelfState = "archive/v1/demo/r1/shelf/shelf-2/state";
const shelfCmd = "archive/v1/demo/r1/shelf/shelf-2/cmd";
const shelfAsk = "archive/v1/demo/r1/shelf/shelf-2/ask";
const tags209 = "archive/v1/demo/r1/reader/rd-209/tag";
const tags210 = "archive/v1/demo/r1/reader/rd-210/tag";
const cmd209 = "archive/v1/demo/r1/reader/rd-209/cmd";

const brokers: [string, boolean, () => Promise<ProbedBroker>][] = [
  ["guarded aedes", true, guardedAedes],
  ["guarded aedes in its process", true, guardedProcess],
  ["Mosquitto (skipped where it is not installed)", hasMosquitto, mosquitto],
];

describe.each(brokers)("%s", (name, isThere, open) => {
  const isOurs = name.startsWith("guarded aedes");
  let broker: ProbedBroker;
  const clients: RawClient[] = [];

  beforeAll(async () => {
    if (isThere) broker = await open();
  });
  afterAll(async () => {
    for (const client of clients) client.end();
    if (isThere) await broker.close();
  });

  async function raw(): Promise<RawClient> {
    const client = await rawClient(broker.port);
    clients.push(client);
    return client;
  }

  async function signIn(username: string, more: Partial<ConnectFields> = {}): Promise<RawClient> {
    const client = await raw();
    client.send(connectPacket({ clientId: username, username, password: passwordOf(username), ...more }));
    expect((await client.next(2))?.body[1]).toBe(0);
    return client;
  }

  /** The broker lives, and a message still gets from a device to the gateway. */
  async function expectAlive(): Promise<void> {
    const suffix = Math.random().toString(36).slice(2);
    const gateway = await signIn("gateway.alive");
    gateway.send(subscribePacket([tags210]));
    await gateway.next(9);
    const device = await signIn("rd-210");
    device.send(publishPacket(tags210, suffix));
    await gateway.next(3, 3000);
    expect(gateway.messages().map(({ payload }) => payload)).toContain(suffix);
    gateway.end();
    device.end();
  }

  const probe = (title: string, run: () => Promise<void>) => it.skipIf(!isThere)(title, run, 40_000);

  probe("1: survives UNSUBSCRIBE of names that every object inherits", async () => {
    const device = await signIn("rd-209");
    device.send(unsubscribePacket(["constructor", "__proto__", "toString"]));
    await device.next(11, 500);
    await expectAlive();
  });

  probe("2: survives client ids that every object inherits", async () => {
    for (const clientId of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      const client = await raw();
      client.send(connectPacket({ clientId, username: "rd-209", password: passwordOf("rd-209") }));
      await client.next(2, 300);
      if (isOurs) expect(await client.closed(1000)).toBe(true);
      client.end();
    }
    await expectAlive();
  });

  probe("3: survives SUBSCRIBE __proto__ and grants it to nobody", async () => {
    const device = await signIn("rd-209");
    device.send(subscribePacket(["__proto__", "constructor"]));
    const answer = await device.next(9);
    if (isOurs) expect([...(answer?.body.subarray(2) ?? [])]).toEqual([0x80, 0x80]);
    await expectAlive();
  });

  probe("4: never delivers the denied topic of a mixed subscription, nor after a reconnect", async () => {
    const session = { clean: false };
    const first = await signIn("rd-209", session);
    first.send(subscribePacket([cmd209, shelfCmd, "archive/v1/demo/r1/#"]));
    await first.next(9);
    first.end();
    const gateway = await signIn("gateway.probe4");
    gateway.send(publishPacket(shelfCmd, "open", { qos: 1, id: 7 }));
    await gateway.next(4);
    const second = await signIn("rd-209", session);
    await new Promise((resolve) => setTimeout(resolve, 200));
    gateway.send(publishPacket(shelfCmd, "open again", { qos: 1, id: 8 }));
    gateway.send(publishPacket(cmd209, "inventory", { qos: 1, id: 9 }));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const heard = [...first.messages(), ...second.messages()].map(({ topic }) => topic);
    expect(heard.filter((topic) => topic !== cmd209)).toEqual([]);
    second.send(packet(0xe0));
    (await signIn("rd-209")).end();
    gateway.end();
  });

  probe("5: one frozen subscriber does not hold the others", async () => {
    const frozen = await signIn("gateway.frozen");
    const other = await signIn("gateway.other");
    for (const client of [frozen, other]) {
      client.send(subscribePacket([shelfState], 1, 0));
      await client.next(9);
    }
    frozen.socket.pause();
    const shelf = await signIn("shelf-2");
    const payload = Buffer.alloc(48 * 1024, 0x61);
    for (let i = 0; i < 400; i++) {
      shelf.send(publishPacket(shelfState, payload));
      if (i % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (let i = 0; i < 400 && other.messages().length < 400; i++) await new Promise((done) => setTimeout(done, 25));
    const times = other.messages().map(({ atMs }) => atMs);
    expect(times.length).toBeGreaterThanOrEqual(isOurs ? 400 : 300);
    const gaps = times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(1500);
    for (const client of [frozen, other, shelf]) client.end();
    await expectAlive();
  });

  probe("6: closes giant CONNECTs instead of collecting them", async () => {
    const beforeMb = residentMb(broker.pid);
    const giants = await Promise.all(Array.from({ length: 5 }, raw));
    const announced = Buffer.concat([Buffer.from([0x10]), remainingLength(256 * 1024 * 1024 - 1), text("MQTT")]);
    const filler = Buffer.alloc(64 * 1024);
    for (const giant of giants) {
      giant.socket.on("error", () => {});
      giant.send(announced);
      for (let i = 0; i < 64 && !giant.isClosed; i++) {
        giant.send(filler);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const closed = await Promise.all(giants.map((giant) => giant.closed(4000)));
    expect(closed).toEqual([true, true, true, true, true]);
    // In process our own 20 MB of filler counts too.
    expect(residentMb(broker.pid) - beforeMb).toBeLessThan(100);
    const device = await signIn("rd-209");
    device.socket.on("error", () => {});
    device.send(publishPacket(tags209, Buffer.alloc(300 * 1024)));
    expect(await device.closed(2000)).toBe(true);
    await expectAlive();
  });

  probe("8: delivers no message of a broken topic, packet id 0, or somebody else's will", async () => {
    const watcher = await signIn("gateway.watcher");
    watcher.send(subscribePacket(["archive/v1/demo/r1/reader/+/tag", shelfState, "$SYS/#", "#"]));
    await watcher.next(9);
    const bad: Buffer[] = [
      publishPacket("archive/v1/demo/r1/reader/rd-209/t\u0000ag", "nul"),
      publishPacket(Buffer.concat([Buffer.from(tags209), Buffer.from([0xff, 0xfe])]), "utf8"),
      publishPacket(tags209, "id0", { qos: 1, id: 0 }),
      publishPacket("archive/v1/demo/r1/reader/+/tag", "plus"),
      publishPacket(tags210, "other's"),
      publishPacket("$SYS/broker/uptime", "sys"),
      subscribePacket(["a+", "archive/v1/#/x"]),
      subscribePacket([tags209], 0),
      subscribePacket(["$SYS/#"]),
      subscribePacket([Buffer.from([0x61, 0, 0x62])]),
    ];
    for (const bytes of bad) {
      const device = await signIn("rd-209");
      device.socket.on("error", () => {});
      device.send(bytes);
      await device.closed(60);
      device.end();
    }
    for (const topic of ["archive/v1/demo/r1/+/x", "$SYS/will", shelfState, `${tags209}\u0000`]) {
      const device = await raw();
      device.socket.on("error", () => {});
      const will = { topic, payload: "will" };
      device.send(connectPacket({ clientId: "rd-209", username: "rd-209", password: passwordOf("rd-209"), will }));
      await device.next(2, 200);
      device.end();
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    const heard = watcher.messages().filter(({ topic }) => !topic.startsWith("$SYS/broker"));
    expect(heard.map(({ topic, payload }) => `${topic} ${payload}`)).toEqual([]);
    watcher.end();
    await expectAlive();
  });

  probe("refuses nobody, wrong passwords and unknown names", async () => {
    const tries: ConnectFields[] = [
      { clientId: "rd-209" },
      { clientId: "rd-209", username: "rd-209", password: "wrong" },
      { clientId: "rd-209", username: "rd-209", password: passwordOf("rd-210") },
      { clientId: "nobody", username: "nobody", password: "" },
    ];
    for (const fields of tries) {
      const client = await raw();
      client.send(connectPacket(fields));
      const answer = await client.next(2, 1000);
      expect(answer?.body[1] ?? 5).toBeGreaterThan(0);
      expect(await client.closed(1500)).toBe(true);
    }
  });

  probe("nobody takes another's connection by its client id: neither the gateway's nor a device's", async () => {
    for (const victimName of ["gateway.r1", "shelf-2"]) {
      const victim = await signIn(victimName);
      victim.send(subscribePacket([victimName === "shelf-2" ? shelfCmd : tags210]));
      expect(await victim.next(9)).toBeDefined();
      for (let round = 0; round < 5; round++) {
        for (const clientId of [victimName, `${victimName}.x`, ` ${victimName}`]) {
          const thief = await raw();
          thief.socket.on("error", () => {});
          thief.send(connectPacket({ clientId, username: "rd-209", password: passwordOf("rd-209") }));
          // Refused, or let in as itself.
          await Promise.race([thief.next(2, 1_000), thief.closed(1_000)]);
          thief.end();
        }
      }
      expect(victim.isClosed, victimName).toBe(false);
      // What it had asked for still comes: its session is its own.
      const other = await signIn(victimName === "shelf-2" ? "gateway.other" : "rd-210");
      other.send(publishPacket(victimName === "shelf-2" ? shelfCmd : tags210, "still here"));
      await expect
        .poll(() => victim.messages().map(({ payload }) => payload.toString()), { timeout: 10_000 })
        .toContain("still here");
      other.end();
      victim.end();
    }
  });

  probe(
    "the motion process hears every device's alarm under its own name, and nobody else does or says it",
    async () => {
      const alarmOf = (deviceId: string) => `archive/v1/demo/r1/alarm/${deviceId}`;
      const motion = await signIn("motion.r1");
      motion.send(subscribePacket([alarmOf("rd-209"), alarmOf("shelf-2"), tags209]));
      await motion.next(9);
      const watcher = await signIn("gateway.watcher");
      watcher.send(subscribePacket([alarmOf("shelf-2")]));
      await watcher.next(9);
      const other = await signIn("rd-210");
      other.send(subscribePacket([alarmOf("rd-209")]));
      await other.next(9);
      const heard = () => motion.messages().map(({ topic }) => topic);
      const device = await signIn("rd-209");
      device.send(publishPacket(alarmOf("rd-209"), "fire"));
      await expect.poll(heard, { timeout: 10_000 }).toEqual([alarmOf("rd-209")]);
      // As another, or a read: refused, and ours end the connection for it.
      device.send(publishPacket(tags209, "a read"));
      device.send(publishPacket(alarmOf("shelf-2"), "as another"));
      // Motion itself raises nothing.
      motion.send(publishPacket(alarmOf("shelf-2"), "forged"));
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(heard()).toEqual([alarmOf("rd-209")]);
      expect([...other.messages(), ...watcher.messages()]).toEqual([]);
      watcher.end();
      for (const client of [motion, other, device]) client.end();
    },
  );

  // Mosquitto has no such rules; ours are ours to prove.
  const ours = isOurs ? it : () => {};
  ours("nobody takes over another's connection, retains a command, or dawdles", async () => {
    const victim = await signIn("shelf-2");
    const thief = await raw();
    thief.send(connectPacket({ clientId: "shelf-2", username: "rd-209", password: passwordOf("rd-209") }));
    expect(await thief.closed(2000)).toBe(true);
    expect(victim.isClosed).toBe(false);
    const gateway = await signIn("gateway.retainer");
    gateway.send(publishPacket(shelfCmd, "open", { qos: 1, retain: true }));
    expect(await gateway.closed(2000)).toBe(true);
    victim.end();
    const slow = await raw();
    slow.send(connectPacket({ clientId: "rd-209" }).subarray(0, 6));
    expect(await slow.closed(7000)).toBe(true);
  });

  probe("10: motion's questions reach their shelf and nobody else, and no device asks", async () => {
    const shelf = await signIn("shelf-2");
    shelf.send(subscribePacket([shelfAsk], 1, 0));
    await shelf.next(9);
    const reader = await signIn("rd-209");
    reader.send(subscribePacket([shelfAsk, "archive/v1/demo/r1/shelf/+/ask"]));
    await reader.next(9);
    const liar = await signIn("rd-210");
    liar.send(publishPacket(shelfAsk, "of a reader"));
    const motion = await signIn("motion.r1");
    motion.send(publishPacket(shelfAsk, "of motion"));
    const heard = () => shelf.messages().map(({ payload }) => payload);
    await expect.poll(heard, { timeout: 10_000 }).toContain("of motion");
    expect(heard()).toEqual(["of motion"]);
    expect(reader.messages()).toEqual([]);
    // Not even the shelf itself: what it echoes is somebody else's.
    shelf.send(publishPacket(shelfAsk, "of the shelf"));
    if (isOurs) expect(await shelf.closed(3_000)).toBe(true);
    await expectAlive();
    expect(heard()).toEqual(["of motion"]);
    for (const client of [shelf, reader, liar, motion]) client.end();
  });

  probe("9: five seconds of seeded packet fuzz, and the broker lives", async () => {
    const seed = process.env.GUIWEI_SEED ?? "broker-fuzz";
    const chance = seededChance(seed);
    const words = ["constructor", "__proto__", tags209, shelfCmd, "#", "+", "$SYS/#", "", "a/".repeat(120), "\u0000"];
    const junk = (max: number) => Buffer.from(Array.from({ length: chance.below(max) }, () => chance.below(256)));
    const makers: (() => Buffer)[] = [
      () => packet(chance.below(256), junk(64)),
      () => junk(200),
      () => subscribePacket([chance.pick(words), chance.pick(words)], chance.below(3), chance.below(4)),
      () => unsubscribePacket([chance.pick(words)], chance.below(3)),
      () =>
        publishPacket(chance.pick(words), junk(100), {
          qos: chance.pick([0, 1] as const),
          id: chance.below(3),
          retain: chance.below(2) === 1,
        }),
      () => connectPacket({ clientId: chance.pick(words), username: "rd-209", password: passwordOf("rd-209") }),
      () => packet(0x62, Buffer.from([0, chance.below(3)])),
      () => packet(0xc0),
    ];
    let sent = 0;
    for (const endMs = Date.now() + 5000; Date.now() < endMs; ) {
      const client = await rawClient(broker.port).catch(() => null);
      if (!client) continue;
      client.socket.on("error", () => {});
      if (chance.below(4) > 0) {
        client.send(connectPacket({ clientId: "rd-209", username: "rd-209", password: passwordOf("rd-209") }));
        await client.next(2, 200);
      }
      for (let i = 0; i < 20 && !client.isClosed; i++, sent++) client.send(chance.pick(makers)());
      await client.closed(2);
      client.end();
    }
    expect(sent, `seed ${seed}`).toBeGreaterThan(500);
    await expectAlive();
  });
});
