/** Runs the broker in this process, for tests and the simulation: the same broker and listener, on a channel in memory. */
import type { Clock } from "../../clock/clock.ts";
import type { InsideBroker } from "../mqtt-link.ts";
import type { BrokerOptions } from "./broker-desk.ts";
import { memoryChannels } from "./byte-channel.ts";
import { type EmbeddedBroker, openBroker } from "./open-broker.ts";
import { openListener } from "./open-listener.ts";

export async function openBrokerInside(
  clock: Clock,
  options: BrokerOptions,
): Promise<InsideBroker & Pick<EmbeddedBroker, "port" | "connectionCount" | "close">> {
  const broker = await openBroker({ monoMs: () => clock.monoMs(), ...options });
  const [far, near] = memoryChannels();
  const listener = openListener(clock, "embedded");
  listener.listen(near);
  broker.attachListener(far);
  listener.up(near);
  return {
    port: broker.port,
    get connectionCount() {
      return broker.connectionCount;
    },
    openInside: () => listener.openLink(),
    close: () => broker.close(),
  };
}
