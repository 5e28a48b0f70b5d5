/**
 * A connection to the broker, embedded or external: always TCP, always a clean session. What a lost connection had not
 * acknowledged is forgotten, never sent again later: a queued "open" an hour later moves steel.
 */
import type { IClientOptions, MqttClient } from "mqtt";
import type { Chance } from "../clock/chance.ts";
import { type Clock, withTimeout } from "../clock/clock.ts";
import type { BrokerCounts } from "../contract/broker-counts.ts";
import { Refusal } from "../contract/errors.ts";
import type { DeviceHealth } from "../contract/ports.ts";
import { keepUpDefaults, type LinkState, pauseMs } from "./links/keep-link-up.ts";

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
  /** Kept by the broker from before: of unknown age. */
  isRetained: boolean;
}

export interface MqttLink {
  readonly state: LinkState;
  /** QoS 1 resolves with the broker's acknowledgement. Retained only where `retain` says so: never for commands. */
  publish(topic: string, payload: string, options?: { qos?: 0 | 1; retain?: boolean }): Promise<void>;
  /** One exact topic. */
  subscribe(topic: string, listener: (message: MqttMessage) => void): void;
  onState(listener: (state: LinkState) => void): void;
  start(): void;
  stop(): Promise<void>;
}

/** A broker of our own, heard without a socket. */
export interface InsideBroker {
  openInside(): MqttLink;
  /** Of the broker itself, where it is a process. */
  health?(): DeviceHealth;
  counts?: () => BrokerCounts;
  onHealth?(listener: (health: DeviceHealth) => void): void;
  /** Alarms of a user that were dropped, because the gateway did not take them in time. */
  onAlarmsHeld?(listener: (username: string, alarms: number) => void): void;
}

export interface MqttLinkOptions {
  access: MqttAccess;
  /** The embedded broker takes the user name, or the user name, a dot and a suffix. */
  clientId: string;
  /** Published by the broker when this connection dies. */
  will?: { topic: string; payload: string };
  /** A connection that stood was ended from the other side: by MQTT 3.1.1 that is all a client hears when another takes its name. */
  onEndedThere?: () => void;
  clock: Clock;
  chance: Chance;
}

export const publishMsMax = 2000;
const connectMsMax = 5000;
const keepAliveS = 10;

export function mqttLink(options: MqttLinkOptions): MqttLink {
  const { access, clock, chance, will } = options;
  const listeners: ((state: LinkState) => void)[] = [];
  const topics = new Map<string, ((message: MqttMessage) => void)[]>();
  let state: LinkState = { up: false, reason: null, sinceMonoMs: clock.monoMs() };
  let client: MqttClient | null = null;
  let running = false;
  let attempt = 0;
  let cancelRetry = () => {};
  let lastError: Refusal | null = null;

  function tell(up: boolean, reason: Refusal | null): void {
    const changed = up !== state.up || reason?.code !== state.reason?.code;
    state = { up, reason, sinceMonoMs: changed ? clock.monoMs() : state.sinceMonoMs };
    if (changed) for (const listener of listeners) listener(state);
  }

  async function open(): Promise<void> {
    // Loaded when needed: a gateway with its own broker never does, and it takes a tenth of a start.
    const { connect } = await import("mqtt");
    if (!running || client) return;
    const settings: IClientOptions = {
      clientId: options.clientId,
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
    // A new client for each connection: nothing of the old one's store can come out again.
    const opening = connect(access.url, settings);
    client = opening;
    let isEndedThere = false;
    opening.on("connect", () => {
      isEndedThere = true;
      attempt = 0;
      lastError = null;
      if (topics.size > 0) opening.subscribe([...topics.keys()], { qos: 1 }, () => {});
      tell(true, null);
    });
    opening.on("message", (topic, payload, packet) => {
      const message = { topic, payload, isRetained: packet.retain };
      for (const listener of topics.get(topic) ?? []) listener(message);
    });
    opening.on("error", (error) => {
      // Nobody ended it: nobody answered.
      if (/keepalive/i.test(error.message)) isEndedThere = false;
      lastError = refusalOf(error);
    });
    opening.on("close", () => {
      if (client !== opening) return;
      client = null;
      opening.end(true);
      if (isEndedThere) options.onEndedThere?.();
      tell(false, lastError ?? new Refusal("broker-offline", { address: access.url, detail: "connection closed" }));
      if (running) cancelRetry = clock.after(pauseMs(keepUpDefaults, attempt++, chance), () => void open());
    });
  }

  function refusalOf(error: Error & { code?: string | number }): Refusal {
    const isRefused = error.code === 4 || error.code === 5 || error.code === 2 || /not authorized/i.test(error.message);
    if (isRefused) return new Refusal("broker-refused", { address: access.url });
    return new Refusal("broker-offline", { address: access.url, detail: error.message || String(error.code) });
  }

  return {
    get state() {
      return state;
    },
    publish(topic, payload, { qos = 1, retain = false } = {}) {
      const open = client;
      if (!open?.connected) {
        return Promise.reject(
          state.reason ?? new Refusal("broker-offline", { address: access.url, detail: "starting" }),
        );
      }
      const sent = new Promise<void>((resolve, reject) => {
        open.publish(topic, payload, { qos, retain }, (error) => (error ? reject(refusalOf(error)) : resolve()));
      });
      const late = () => new Refusal("broker-offline", { address: access.url, detail: "no acknowledgement" });
      return qos === 0 ? sent : withTimeout(clock, sent, publishMsMax, late);
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
    onState: (listener) => void listeners.push(listener),
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
      tell(false, null);
    },
  };
}
