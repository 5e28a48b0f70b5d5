/** A device's connection to the broker by mqtt.js. When it is unplugged, the broker sends the last will. */
import { connect, type MqttClient } from "mqtt";
import type { MqttDevice, MqttMessage, MqttWire } from "../mqtt/wire.ts";
import type { Plug } from "../twin-bus.ts";

export interface MqttLogin {
  url: string;
  clientId: string;
  username?: string;
  password?: string;
  /** PEM of the authority that signed the broker's certificate. */
  ca?: string;
}

const reconnectMs = 1000;

export interface MqttPlug extends Plug {
  close(): Promise<void>;
}

export function plugMqtt(device: MqttDevice, login: MqttLogin, report: (text: string) => void): MqttPlug {
  let client: MqttClient | null = null;
  let detach: () => void = () => {};

  function replug(): void {
    if (client) return;
    const connecting = connect(login.url, {
      clientId: login.clientId,
      ...(login.username === undefined ? {} : { username: login.username }),
      ...(login.password === undefined ? {} : { password: login.password }),
      ...(login.ca === undefined ? {} : { ca: login.ca }),
      clean: true,
      keepalive: 10,
      reconnectPeriod: reconnectMs,
      connectTimeout: 5000,
      // A state that could not be sent is sent anew on connect; nothing is stored meanwhile.
      queueQoSZero: false,
      will: { ...device.will, payload: Buffer.from(device.will.payload), qos: 1, retain: true },
    });
    client = connecting;
    let lastError = "";
    connecting.on("error", (error) => {
      if (error.message !== lastError) report(`${login.clientId}: ${error.message}`);
      lastError = error.message;
    });
    detach = device.connect(wireOf(connecting));
  }

  async function unplug(): Promise<void> {
    const closing = client;
    client = null;
    detach();
    if (closing) await closing.endAsync(true);
  }

  replug();
  return { replug, unplug, close: unplug };
}

function wireOf(client: MqttClient): MqttWire {
  return {
    publish(topic, payload, { qos, isRetained }) {
      if (client.connected) client.publish(topic, payload, { qos, retain: isRetained }, () => {});
    },
    onConnect: (fn) => void client.on("connect", fn),
    subscribe(topics) {
      client.subscribe([...topics], { qos: 1 }, () => {});
    },
    onMessage(fn: (message: MqttMessage) => void) {
      client.on("message", (topic, payload, packet) => {
        fn({ topic, payload, isRetained: packet.retain, isDuplicate: packet.dup });
      });
    },
  };
}
