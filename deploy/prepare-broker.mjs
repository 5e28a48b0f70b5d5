#!/usr/bin/env node
// Makes what deploy/mosquitto.conf reads, in one folder:
//   passwordfile, aclfile   by `guiwei mosquitto-files` from the site file: a device has its own password and its own topics
//   device-secrets.json     those passwords, for the integrator; the twin reads it too (--mqtt-credentials)
//   broker.crt, broker.key  a self-signed certificate for ten years, unless both are there already
// The gateway's own password is MQTT_PASSWORD. Run it again when the site file has changed: known devices keep their
// passwords. Then restart the broker.
//
//   MQTT_PASSWORD=… SITE_FILE=… node deploy/prepare-broker.mjs <folder> [host name of the broker …]
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [given, ...hosts] = process.argv.slice(2);
const { MQTT_PASSWORD = "" } = process.env;
if (!given)
  refuse("usage: MQTT_PASSWORD=… SITE_FILE=… node deploy/prepare-broker.mjs <folder> [host name of the broker …]");
if (!/^[\x20-\x7e]{12,}$/.test(MQTT_PASSWORD)) refuse("MQTT_PASSWORD: the gateway's password, at least 12 characters");

const folder = resolve(given);
mkdirSync(folder, { recursive: true });
keepGatewayPassword(join(folder, "device-secrets.json"));
const guiwei = fileURLToPath(new URL("../bin/guiwei.mjs", import.meta.url));
try {
  execFileSync(process.execPath, [guiwei, "mosquitto-files", folder], {
    env: { ...process.env, DATA_DIR: folder },
    stdio: "inherit",
  });
} catch {
  process.exit(1);
}
if (!existsSync(join(folder, "broker.crt")) || !existsSync(join(folder, "broker.key"))) makeCertificate();

/** Whole or not at all: a half-written file would lock every device out. */
function keepGatewayPassword(file) {
  const secrets = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  secrets.gateway = { username: "gateway", password: MQTT_PASSWORD };
  writeFileSync(`${file}.part`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}

function makeCertificate() {
  const alt = ["mosquitto", "localhost", "127.0.0.1", ...hosts].map((name) => `${isIP(name) ? "IP" : "DNS"}:${name}`);
  const [key, certificate] = [join(folder, "broker.key"), join(folder, "broker.crt")];
  const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 -batch".split(" ");
  const names = ["-subj", "/CN=Guiwei broker", "-addext", `subjectAltName=${alt.join(",")}`];
  execFileSync("openssl", [...request, ...names, "-keyout", key, "-out", certificate], { stdio: "pipe" });
  chmodSync(key, 0o600);
  chmodSync(certificate, 0o644);
  console.log(certificate);
}

function refuse(reason) {
  console.error(reason);
  process.exit(1);
}
