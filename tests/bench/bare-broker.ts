/** The peer of the MQTT measure: aedes without guards in a process of its own, which hands its messages over in the same batches as ours. */
import { createServer, Socket } from "node:net";
import { Aedes } from "aedes";
import { pipeChannel } from "../../src/devices/broker/byte-channel.ts";
import { createCounts } from "../../src/devices/broker/counts.ts";
import { serveListener } from "../../src/devices/broker/serve-listener.ts";

const broker = await Aedes.createBroker();
const channel = pipeChannel(new Socket({ fd: 3, readable: true, writable: true }));
channel.onClosed(() => process.exit(0));
const originMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();
const context = {
  counts: createCounts(),
  monoMs: () => originMs + performance.now(),
  kept: async function* () {},
  publish: (_: unknown, answer: (fault: string | null) => void) => answer("nobody publishes here"),
};
// It holds nobody back and drops nothing, so all of it must fit.
const listener = serveListener(channel, context, { readsWaitingBytesMax: 2 ** 30 });
broker.on("publish", ({ topic, payload }, client) => {
  if (client)
    listener.tell({
      topic,
      payload: payload as Buffer,
      client: client.id,
      isReads: true,
      isState: false,
      isAlarm: false,
      atMonoMs: context.monoMs(),
    });
});
const server = createServer((socket) => {
  socket.setNoDelay(true);
  broker.handle(socket);
});
server.listen(0, "127.0.0.1", () => {
  listener.say({ say: "ready", port: (server.address() as { port: number }).port });
});
