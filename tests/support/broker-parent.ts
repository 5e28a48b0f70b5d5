/** A minimal gateway: keeps a broker, listens to `argv[2]` readers, and prints what it knows of the broker twice a second. */
import { systemClock } from "../../src/clock/clock.ts";
import { keepBroker } from "../../src/devices/broker/keep-broker.ts";
import { brokerUsers, shelfState, silentLog, tagsOf } from "./broker-users.ts";

const readers = Number(process.argv[2] ?? 0);
const broker = await keepBroker({
  ...brokerUsers(readers),
  port: 0,
  clock: systemClock(),
  log: { ...silentLog, warn: (facts, text) => console.error(text, facts) },
});
const link = broker.openInside();
const heard = { reads: 0, late: 0, states: 0 };
for (let i = 0; i < readers; i++)
  link.subscribe(tagsOf(`rd-${i}`), ({ isRetained }) => {
    heard[isRetained ? "late" : "reads"]++;
  });
link.subscribe(shelfState, () => heard.states++);
link.start();
setInterval(() => {
  const { clients, ...counts } = broker.counts();
  let dropped = 0;
  for (const count of clients.values()) dropped += count.dropped["gateway-held"] ?? 0;
  console.log(JSON.stringify({ port: broker.port, pid: broker.pid, ...counts, ...heard, dropped }));
}, 500);
