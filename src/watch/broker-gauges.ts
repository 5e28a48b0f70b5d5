/** Metrics of the embedded broker's process, by client and reason; never by tag. */
import { Gauge, type Registry } from "prom-client";
import type { BrokerCounts } from "../contract/broker-counts.ts";

/** Counters kept elsewhere: they are copied at each look, so to the library they are gauges. */
export function addBrokerGauges(registry: Registry, counts: () => BrokerCounts): void {
  const single = (name: string, help: string, of: (counts: BrokerCounts) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(of(counts()));
      },
    });
  single("guiwei_broker_up", "1 while the embedded broker's process answers", ({ isUp }) => (isUp ? 1 : 0));
  single("guiwei_broker_restarts_total", "Starts of the broker's process after the first", ({ restarts }) => restarts);
  single("guiwei_broker_connections", "MQTT connections", ({ connections }) => connections);
  single("guiwei_broker_memory_bytes", "Resident memory of the process", ({ residentMb }) => residentMb * 2 ** 20);
  single("guiwei_broker_waiting_bytes", "Messages that the gateway has not taken", ({ waitingBytes }) => waitingBytes);
  single("guiwei_broker_late_total", "Messages that came too late to be news", ({ lateMessages }) => lateMessages);
  const byClient = (name: string, help: string, of: (one: { messages: number; bytes: number }) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ["client"],
      registers: [registry],
      collect() {
        for (const [client, count] of counts().clients) this.set({ client }, of(count));
      },
    });
  byClient("guiwei_broker_messages_total", "Messages taken, by client", ({ messages }) => messages);
  byClient("guiwei_broker_bytes_total", "Bytes taken, by client", ({ bytes }) => bytes);
  new Gauge({
    name: "guiwei_broker_dropped_total",
    help: "Messages dropped, by client and reason",
    labelNames: ["client", "reason"],
    registers: [registry],
    collect() {
      for (const [client, { dropped }] of counts().clients)
        for (const [reason, count] of Object.entries(dropped)) this.set({ client, reason }, count);
    },
  });
}
