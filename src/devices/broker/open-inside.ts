/** The broker in this same process, for tests and the simulation: the same broker and the same ear, on a channel in memory. */
import type { Clock } from "../../clock/clock.ts";
import type { InsideBroker } from "../mqtt-link.ts";
import type { BrokerOptions } from "./broker-desk.ts";
import { memoryChannels } from "./byte-channel.ts";
import { type EmbeddedBroker, openBroker } from "./open-broker.ts";
import { openEar } from "./open-ear.ts";

export async function openBrokerInside(
  clock: Clock,
  options: BrokerOptions,
): Promise<InsideBroker & Pick<EmbeddedBroker, "port" | "connectionCount" | "close">> {
  const broker = await openBroker({ monoMs: () => clock.monoMs(), ...options });
  const [far, near] = memoryChannels();
  const ear = openEar(clock, "embedded");
  ear.listen(near);
  broker.attachEar(far);
  ear.up(near);
  return {
    port: broker.port,
    get connectionCount() {
      return broker.connectionCount;
    },
    openInside: () => ear.openLink(),
    close: () => broker.close(),
  };
}
