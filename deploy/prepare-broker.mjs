#!/usr/bin/env node
// Makes what Mosquitto needs from the site file, into one folder (deploy/mosquitto.conf reads it there):
//   passwords    hashes, one line a user: the gateway and every device on an MQTT bus
//   acl          who may write and read which topics: a device only its own
//   devices.json user and password of each device, for the integrator; the twin reads it too (--mqtt-credentials)
//   broker.crt   a self-signed certificate for ten years, and its key broker.key, unless they are there already
// Run it again when the site file has changed: known devices keep their passwords. Then restart the broker.
//
//   MQTT_PASSWORD=… node deploy/prepare-broker.mjs <folder> [host name of the broker …]
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { register } from "tsx/esm/api";

register();
const { mosquittoAcl, mosquittoPasswords } = await import("../src/devices/broker/mosquitto-files.ts");
const { brokerRights, gatewayUser } = await import("../src/devices/broker/rights.ts");
const { layoutOf } = await import("../src/site/layout.ts");
const { parseSite } = await import("../src/site/parse-site.ts");

const [folder, ...hosts] = process.argv.slice(2);
const { SITE_FILE = "sites/demo.yaml", MQTT_PASSWORD = "" } = process.env;
if (!folder) refuse("usage: MQTT_PASSWORD=… node deploy/prepare-broker.mjs <folder> [host name of the broker …]");
if (!/^[\x20-\x7e]{12,}$/.test(MQTT_PASSWORD)) refuse("MQTT_PASSWORD: the gateway's password, at least 12 characters");

const { site, faults } = parseSite(readFileSync(SITE_FILE, "utf8"));
if (!site) refuse(faults.map((fault) => `${SITE_FILE}:${fault.line} ${fault.path} ${fault.reason}`).join("\n"));
const rights = brokerRights(layoutOf(site));
const devices = rights.map(({ username }) => username).filter((username) => username !== gatewayUser);
if (devices.length !== rights.length - 1) refuse(`${SITE_FILE}: no device may be called ${gatewayUser}`);

mkdirSync(folder, { recursive: true });
const known = readKnown(join(folder, "devices.json"));
const logins = devices.map((id) => [id, known[id]?.password ?? randomBytes(24).toString("base64url")]);
const credentials = Object.fromEntries(logins.map(([username, password]) => [username, { username, password }]));
write("devices.json", `${JSON.stringify(credentials, null, 2)}\n`);
write("passwords", mosquittoPasswords(new Map([[gatewayUser, MQTT_PASSWORD], ...logins])));
write("acl", mosquittoAcl(rights));
if (!existsSync(join(folder, "broker.crt"))) makeCertificate();
console.log(`${folder}: user ${gatewayUser} and ${devices.length} devices of site ${site.site} (${SITE_FILE})`);

function makeCertificate() {
  const alt = ["mosquitto", "localhost", "127.0.0.1", ...hosts].map((name) => `${isIP(name) ? "IP" : "DNS"}:${name}`);
  const [key, certificate] = [join(folder, "broker.key"), join(folder, "broker.crt")];
  const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 -batch".split(" ");
  const names = ["-subj", "/CN=Guiwei broker", "-addext", `subjectAltName=${alt.join(",")}`];
  execFileSync("openssl", [...request, ...names, "-keyout", key, "-out", certificate], { stdio: "pipe" });
  chmodSync(key, 0o600);
  chmodSync(certificate, 0o644);
}

function readKnown(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

/** Whole or not at all, and nobody else's business. */
function write(name, text) {
  const file = join(folder, name);
  writeFileSync(`${file}.part`, text, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}

function refuse(reason) {
  console.error(reason);
  process.exit(1);
}
