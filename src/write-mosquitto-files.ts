import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { secretsFileOf } from "./broker-access.ts";
import type { Settings } from "./config.ts";
import { keepDeviceSecrets } from "./devices/broker/device-secrets.ts";
import { mosquittoAcl, mosquittoPasswords } from "./devices/broker/mosquitto-files.ts";
import { brokerRights, passwordOwnerOf } from "./devices/broker/rights.ts";
import type { Layout } from "./site/layout.ts";

/** Writes the embedded broker's users and rights as files for Mosquitto 2; returns their names. */
export function writeMosquittoFiles(settings: Settings, layout: Layout, folder: string): string[] {
  const rights = brokerRights(layout);
  const owners = new Set(rights.map(({ username }) => passwordOwnerOf(username)));
  const secrets = keepDeviceSecrets(secretsFileOf(settings), [...owners], randomBytes);
  const passwordOf = new Map(rights.map(({ username }) => [username, secrets.passwordOf(passwordOwnerOf(username))]));
  mkdirSync(folder, { recursive: true });
  const passwords = join(folder, "passwordfile");
  const acl = join(folder, "aclfile");
  writeFileSync(passwords, mosquittoPasswords(passwordOf), { mode: 0o600 });
  writeFileSync(acl, mosquittoAcl(rights), { mode: 0o600 });
  return [passwords, acl, secrets.file];
}
