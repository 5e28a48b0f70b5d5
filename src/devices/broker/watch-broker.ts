/** Shows the state of the broker's process: a line on the Devices page, counts for metrics, log lines. */
import type { Clock } from "../../clock/clock.ts";
import type { BrokerCounts, ClientCount, DropReason } from "../../contract/broker-counts.ts";
import { Refusal } from "../../contract/errors.ts";
import type { DeviceHealth } from "../../contract/ports.ts";
import { healthBook } from "../drivers/health.ts";
import type { SaidWord } from "./broker-words.ts";
import { addCounts } from "./counts.ts";

export interface BrokerLog {
  warn(facts: object, text: string): void;
  info(facts: object, text: string): void;
}

export interface BrokerWatch {
  readonly health: DeviceHealth;
  onHealth(listener: (health: DeviceHealth) => void): void;
  /** Called with alarms that the gateway did not take in time. */
  onAlarmsHeld(listener: (client: string, alarms: number) => void): void;
  up(): void;
  down(reason: Refusal): void;
  restarted(): void;
  alive(word: Extract<SaidWord, { say: "alive" }>): void;
  counts(): Omit<BrokerCounts, "lateMessages">;
}

/** How long the Devices page shows that messages were dropped. */
const dropShownMs = 60_000;

export function watchBroker(clock: Clock, log: BrokerLog): BrokerWatch {
  const listeners: ((health: DeviceHealth) => void)[] = [];
  const health = healthBook("broker", "broker", clock, (one) => {
    for (const listener of listeners) listener(one);
  });
  const heldListeners: ((client: string, alarms: number) => void)[] = [];
  const clients = new Map<string, ClientCount>();
  const counts = { isUp: false, restarts: 0, connections: 0, residentMb: 0, waitingBytes: 0 };
  let dropShownUntilMonoMs = Number.NEGATIVE_INFINITY;

  function noteDrops(client: string, dropped: ClientCount["dropped"]): void {
    const [worst] = Object.entries(dropped).sort((a, b) => b[1] - a[1]) as [DropReason, number][];
    if (!worst) return;
    dropShownUntilMonoMs = clock.monoMs() + dropShownMs;
    log.warn({ client, dropped }, "the broker dropped messages");
    if (counts.isUp) health.degraded(new Refusal("broker-drops", { client, count: worst[1], reason: worst[0] }));
  }

  return {
    get health() {
      return health.current;
    },
    onHealth: (listener) => void listeners.push(listener),
    onAlarmsHeld: (listener) => void heldListeners.push(listener),
    up() {
      counts.isUp = true;
      health.up();
    },
    down(reason) {
      counts.isUp = false;
      counts.connections = 0;
      health.down(reason);
    },
    restarted() {
      counts.restarts++;
    },
    alive({ connections, residentMb, waitingBytes, clients: since }) {
      Object.assign(counts, { residentMb, waitingBytes }, counts.isUp ? { connections } : {});
      addCounts(clients, since);
      for (const [client, { dropped }] of Object.entries(since)) {
        noteDrops(client, dropped);
        const alarms = dropped["alarms-held"] ?? 0;
        if (alarms > 0) for (const listener of heldListeners) listener(client, alarms);
      }
      if (counts.isUp && clock.monoMs() > dropShownUntilMonoMs) health.up(`${connections} MQTT · ${residentMb} MB`);
    },
    counts: () => ({ ...counts, clients }),
  };
}
