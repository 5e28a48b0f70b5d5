/** A device's own MQTT connection, as its MQTT side sees it. */
export interface MqttMessage {
  topic: string;
  payload: Uint8Array;
  isRetained: boolean;
  isDuplicate: boolean;
}

export interface MqttWire {
  publish(topic: string, payload: string, options: { qos: 0 | 1; isRetained: boolean }): void;
  /** Called again after every reconnect: subscriptions and retained states are sent anew. */
  onConnect(fn: () => void): void;
  subscribe(topics: readonly string[]): void;
  onMessage(fn: (message: MqttMessage) => void): void;
}

/** What the device sends whenever its connection comes up, and its last will. */
export interface MqttDevice {
  will: { topic: string; payload: string };
  connect(wire: MqttWire): () => void;
}
