/**
 * A connection to the broker, embedded or external: always TCP, always a clean session. Messages unacknowledged when it is lost
 * are dropped and never sent later: an "open" delivered an hour late would move shelves.
 */
import type { IClientOptions, MqttClient } from "mqtt";
import type { Chance } from "../clock/chance.ts";
import { type Clock, withTimeout } from "../clock/clock.ts";
import type { BrokerCounts } from "../contract/broker-counts.ts";
import { Refusal } from "../contract/errors.ts";
import type { DeviceHealth } from "../contract/ports.ts";
import { keepUpDefaults, pauseMs } from "./links/keep-link-up.ts";
import { type LinkState, linkStateBook } from "./links/link-state.ts";

export interface MqttAccess {
  url: string;
  username: string;
  password: string;
  /** PEM of the authority that signed the broker's certificate (mqtts://). */
  ca?: string;
}

export interface MqttMessage {
  topic: string;
  payload: Uint8Array;
  /** The broker had retained it, so its age is unknown. */
  isRetained: boolean;
}

export interface MqttLink {
  readonly state: LinkState;
  /** QoS 1 resolves with the broker's acknowledgement. Retained only if `retain` is set: never for commands. */
  publish(topic: string, payload: string, options?: { qos?: 0 | 1; retain?: boolean }): Promise<void>;
  /** Subscribes to one exact topic. */
  subscribe(topic: string, listener: (message: MqttMessage) => void): void;
  onState(listener: (state: LinkState) => void): void;
  start(): void;
  stop(): Promise<void>;
}

/** The gateway's own broker, reached without a socket. */
export interface InsideBroker {
  openInside(): MqttLink;
  /** Health of the broker, if it is a process of its own. */
  health?(): DeviceHealth;
  counts?: () => BrokerCounts;
  onHealth?(listener: (health: DeviceHealth) => void): void;
  /** Called with the alarms of a user that were dropped because the gateway did not take them in time. */
  onAlarmsHeld?(listener: (username: string, alarms: number) => void): void;
}

export interface MqttLinkOptions {
  access: MqttAccess;
  /** The user name, or the user name, a dot and a suffix: the embedded broker accepts no other. */
  clientId: string;
  /** Published by the broker when this connection dies. */
  will?: { topic: string; payload: string };
  /**
   * The other side ended an established connection: in MQTT 3.1.1 a client hears no more than this when another takes its name.
   */
  onEndedThere?: () => void;
  clock: Clock;
  chance: Chance;
}

export const publishMsMax = 2000;
const connectMsMax = 5000;
const keepAliveS = 10;

export function mqttLink(options: MqttLinkOptions): MqttLink {
  const { access, clock, chance } = options;
  const book = linkStateBook(clock);
  const topics = new Map<string, ((message: MqttMessage) => void)[]>();
  let client: MqttClient | null = null;
  let running = false;
  let attempt = 0;
  let cancelRetry = () => {};
  let lastError: Refusal | null = null;

  async function open(): Promise<void> {
    // Loaded when needed: it takes a tenth of the start time, and a gateway with its own broker never needs it.
    const { connect } = await import("mqtt");
    if (!running || client) return;
    // A new client for each connection, so that nothing from the old one's store can be sent again.
    const opening = connect(access.url, settingsOf(options));
    client = opening;
    let isEndedThere = false;
    opening.on("connect", () => {
      isEndedThere = true;
      attempt = 0;
      lastError = null;
      if (topics.size > 0) opening.subscribe([...topics.keys()], { qos: 1 }, () => {});
      book.tell(true, null);
    });
    opening.on("message", (topic, payload, packet) => {
      const message = { topic, payload, isRetained: packet.retain };
      for (const listener of topics.get(topic) ?? []) listener(message);
    });
    opening.on("error", (error) => {
      // The other side did not end it: it did not answer.
      if (/keepalive/i.test(error.message)) isEndedThere = false;
      lastError = refusalOf(access, error);
    });
    opening.on("close", () => {
      if (client !== opening) return;
      client = null;
      opening.end(true);
      if (isEndedThere) options.onEndedThere?.();
      book.tell(false, lastError ?? offline(access, "connection closed"));
      if (running) cancelRetry = clock.after(pauseMs(keepUpDefaults, attempt++, chance), () => void open());
    });
  }

  return {
    get state() {
      return book.state;
    },
    publish(topic, payload, { qos = 1, retain = false } = {}) {
      const open = client;
      if (!open?.connected) return Promise.reject(book.state.reason ?? offline(access, "starting"));
      return publishOn(open, options, { topic, payload, qos, retain });
    },
    subscribe(topic, listener) {
      const known = topics.get(topic);
      if (known) {
        known.push(listener);
        return;
      }
      topics.set(topic, [listener]);
      if (client?.connected) client.subscribe(topic, { qos: 1 }, () => {});
    },
    onState: book.onState,
    start() {
      if (running) return;
      running = true;
      void open();
    },
    async stop() {
      running = false;
      cancelRetry();
      const closing = client;
      client = null;
      if (closing) await new Promise<void>((resolve) => closing.end(!closing.connected, {}, () => resolve()));
      book.tell(false, null);
    },
  };
}

function publishOn(
  open: MqttClient,
  { access, clock }: MqttLinkOptions,
  { topic, payload, qos, retain }: { topic: string; payload: string; qos: 0 | 1; retain: boolean },
): Promise<void> {
  const sent = new Promise<void>((resolve, reject) => {
    open.publish(topic, payload, { qos, retain }, (error) => (error ? reject(refusalOf(access, error)) : resolve()));
  });
  const late = () => offline(access, "no acknowledgement");
  return qos === 0 ? sent : withTimeout(clock, sent, publishMsMax, late);
}

function settingsOf({ access, clientId, will }: MqttLinkOptions): IClientOptions {
  return {
    clientId,
    username: access.username,
    password: access.password,
    protocolVersion: 4,
    clean: true,
    keepalive: keepAliveS,
    connectTimeout: connectMsMax,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    ...(access.ca ? { ca: access.ca } : {}),
    ...(will ? { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } } : {}),
  };
}

function refusalOf(access: MqttAccess, error: Error & { code?: string | number }): Refusal {
  const isRefused = error.code === 4 || error.code === 5 || error.code === 2 || /not authorized/i.test(error.message);
  if (isRefused) return new Refusal("broker-refused", { address: access.url });
  return offline(access, error.message || String(error.code));
}

function offline({ url }: MqttAccess, detail: string): Refusal {
  return new Refusal("broker-offline", { address: url, detail });
}
