/** deploy/mosquitto.conf with the files of deploy/prepare-broker.mjs, on a running Mosquitto. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasMosquitto, startMosquitto, type TestMosquitto } from "../support/mosquitto.ts";

const root = "archive/v1/demo/r1";

describe.skipIf(!hasMosquitto)("deploy/mosquitto.conf (skipped where Mosquitto is not installed)", () => {
  const clients: MqttClient[] = [];
  let broker: TestMosquitto;

  const logins = () => JSON.parse(readFileSync(broker.secretsFile, "utf8")) as Record<string, { password: string }>;

  async function client(username: string, password: string, ca = readFileSync(broker.caFile)) {
    const options = { username, password, ca, clientId: `${username}.test`, reconnectPeriod: 0, connectTimeout: 5_000 };
    const connected = await connectAsync(broker.url, options, false);
    clients.push(connected);
    return connected;
  }

  beforeAll(async () => {
    broker = await startMosquitto("sites/demo.yaml");
  });
  afterAll(async () => {
    for (const each of clients) await each.endAsync(true);
    await broker?.dispose();
  });

  it("starts without a complaint", () => {
    const complaints = broker
      .said()
      .split("\n")
      .filter((line) => /error|warning|unknown|deprecated/i.test(line));
    expect(complaints.filter((line) => !line.includes("should not be run as root"))).toEqual([]);
  });

  it("carries a command to its device and the state back", async () => {
    const gateway = await client("gateway.r1", broker.gatewayPassword);
    const shelf = await client("shelf-2", logins()["shelf-2"]?.password ?? "");
    const heard: string[] = [];
    gateway.on("message", (topic) => heard.push(topic));
    shelf.on("message", (topic) => heard.push(topic));
    await gateway.subscribeAsync(`${root}/shelf/+/state`, { qos: 1 });
    await shelf.subscribeAsync(`${root}/shelf/shelf-2/cmd`, { qos: 1 });
    await gateway.publishAsync(`${root}/shelf/shelf-2/cmd`, "{}", { qos: 1 });
    await shelf.publishAsync(`${root}/shelf/shelf-2/state`, "{}", { qos: 1 });
    await expect.poll(() => heard.sort()).toEqual([`${root}/shelf/shelf-2/cmd`, `${root}/shelf/shelf-2/state`]);
  });

  it("keeps a device to its own topics", async () => {
    const gateway = await client("gateway.r1", broker.gatewayPassword);
    const reader = await client("rd-209", logins()["rd-209"]?.password ?? "");
    const heard: string[] = [];
    gateway.on("message", (topic) => heard.push(topic));
    reader.on("message", (topic) => heard.push(`reader heard ${topic}`));
    await gateway.subscribeAsync([`${root}/reader/+/tag`, `${root}/shelf/+/state`], { qos: 1 });
    await reader.subscribeAsync([`${root}/shelf/shelf-2/cmd`, `${root}/reader/rd-210/cmd`, "#"], { qos: 1 });
    await gateway.publishAsync(`${root}/shelf/shelf-2/cmd`, "{}", { qos: 1 });
    await gateway.publishAsync(`${root}/reader/rd-210/cmd`, "{}", { qos: 1 });
    await reader.publishAsync(`${root}/shelf/shelf-2/state`, "{}", { qos: 1 });
    await reader.publishAsync(`${root}/shelf/shelf-2/cmd`, "{}", { qos: 1 });
    await reader.publishAsync(`${root}/reader/rd-210/tag`, "{}", { qos: 1 });
    // What is allowed comes last: everything before it has been through.
    await reader.publishAsync(`${root}/reader/rd-209/tag`, "{}", { qos: 1 });
    await expect.poll(() => heard).toContain(`${root}/reader/rd-209/tag`);
    expect(heard).toEqual([`${root}/reader/rd-209/tag`]);
  });

  it("lets nobody in without the right password, and nobody trusts another certificate", async () => {
    await expect(client("gateway.r1", "wrong")).rejects.toThrow(/not authori[sz]ed/i);
    await expect(client("nobody", broker.gatewayPassword)).rejects.toThrow(/not authori[sz]ed/i);
    await expect(client("gateway.r1", broker.gatewayPassword, Buffer.from(""))).rejects.toThrow(/self.signed/i);
  });

  it("keeps passwords and certificate when it is prepared again, and its secrets to itself", () => {
    const before = [logins(), readFileSync(broker.caFile, "utf8")];
    broker.prepare();
    expect([logins(), readFileSync(broker.caFile, "utf8")]).toEqual(before);
    for (const name of ["passwordfile", "aclfile", "device-secrets.json", "broker.key"])
      expect(statSync(join(broker.folder, name)).mode & 0o077, name).toBe(0);
    expect(readFileSync(join(broker.folder, "passwordfile"), "utf8")).not.toContain(broker.gatewayPassword);
  });
});
