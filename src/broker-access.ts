/** Where the devices' messages meet: an external broker if one is set, otherwise the embedded one with its own passwords. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Settings } from "./config.ts";
import { Refusal } from "./contract/errors.ts";
import { keepDeviceSecrets } from "./devices/broker/device-secrets.ts";
import { type EmbeddedBroker, openBroker } from "./devices/broker/open-broker.ts";
import { brokerRights, gatewayUser } from "./devices/broker/rights.ts";
import type { MqttAccess } from "./devices/mqtt-link.ts";
import type { Layout } from "./site/layout.ts";

export interface BrokerAccess {
  mqtt: MqttAccess | EmbeddedBroker;
  /** For the motion process, which has a connection of its own. */
  motion: MqttAccess;
  /** Where devices find it. */
  url: string;
  /** Passwords of the embedded broker's users; null with an external one. */
  secretsFile: string | null;
  close(): Promise<void>;
}

export async function openBrokerAccess(settings: Settings, layout: Layout, log: Logger): Promise<BrokerAccess> {
  if (settings.MQTT_URL) {
    const mqtt = {
      url: settings.MQTT_URL,
      username: settings.MQTT_USERNAME ?? gatewayUser,
      password: settings.MQTT_PASSWORD ?? "",
      ...(settings.MQTT_CA ? { ca: readFileSync(settings.MQTT_CA, "utf8") } : {}),
    };
    return { mqtt, motion: mqtt, url: mqtt.url, secretsFile: null, close: async () => {} };
  }
  const rights = brokerRights(layout);
  const secrets = keepDeviceSecrets(
    secretsFileOf(settings),
    rights.map((one) => one.username),
    randomBytes,
  );
  try {
    const broker = await openBroker({
      rights,
      verify: secrets.verify,
      port: settings.MQTT_PORT,
      onRefused: (reason, address) => log.warn({ reason, address }, "broker refused"),
    });
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const motion = { url, username: gatewayUser, password: secrets.passwordOf(gatewayUser) };
    return { mqtt: broker, motion, url, secretsFile: secrets.file, close: () => broker.close() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE")
      throw new Refusal("listen-port-in-use", { port: settings.MQTT_PORT });
    throw error;
  }
}

export function secretsFileOf(settings: Settings): string {
  return join(settings.DATA_DIR, "device-secrets.json");
}
