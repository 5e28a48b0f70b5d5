/** The broker for the devices' messages: an external one if it is set, otherwise the embedded one with its own passwords. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { systemClock } from "./clock/clock.ts";
import type { Settings } from "./config.ts";
import type { BrokerCounts } from "./contract/broker-counts.ts";
import { keepDeviceSecrets } from "./devices/broker/device-secrets.ts";
import { type KeptBroker, keepBroker } from "./devices/broker/keep-broker.ts";
import { brokerRights, gatewayUser, motionUser, passwordOwnerOf } from "./devices/broker/rights.ts";
import type { MqttAccess } from "./devices/mqtt-link.ts";
import type { Layout } from "./site/layout.ts";

export interface BrokerAccess {
  mqtt: MqttAccess | KeptBroker;
  /** For the motion process: its own user, which reaches only controllers, lights and digital inputs. */
  motion: MqttAccess;
  /** The address at which devices find it. */
  url: string;
  /** File with the passwords of the embedded broker's users; null with an external one. */
  secretsFile: string | null;
  /** Counts of the embedded broker. */
  counts: (() => BrokerCounts) | null;
  close(): Promise<void>;
}

export async function openBrokerAccess(settings: Settings, layout: Layout, log: Logger): Promise<BrokerAccess> {
  if (settings.MQTT_URL) return externalAccess(settings, settings.MQTT_URL);
  const rights = brokerRights(layout);
  const secrets = keepDeviceSecrets(
    secretsFileOf(settings),
    rights.map((one) => passwordOwnerOf(one.username)),
    randomBytes,
  );
  const broker = await keepBroker({
    rights,
    digests: Object.fromEntries(rights.map(({ username }) => [username, secrets.digestOf(passwordOwnerOf(username))])),
    port: settings.MQTT_PORT,
    clock: systemClock(),
    log,
  });
  const url = `mqtt://127.0.0.1:${broker.port}`;
  return {
    mqtt: broker,
    motion: { url, username: motionUser, password: secrets.passwordOf(gatewayUser) },
    url,
    secretsFile: secrets.file,
    counts: broker.counts,
    close: broker.close,
  };
}

function externalAccess(settings: Settings, url: string): BrokerAccess {
  const ca = settings.MQTT_CA ? { ca: readFileSync(settings.MQTT_CA, "utf8") } : {};
  const username = settings.MQTT_USERNAME ?? gatewayUser;
  const mqtt = { url, username, password: settings.MQTT_PASSWORD ?? "", ...ca };
  return {
    mqtt,
    motion: { ...mqtt, username: motionUser },
    url,
    secretsFile: null,
    counts: null,
    close: async () => {},
  };
}

export function secretsFileOf(settings: Settings): string {
  return join(settings.DATA_DIR, "device-secrets.json");
}
