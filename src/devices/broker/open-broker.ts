/**
 * The embedded broker for one-box installs, the demo and tests: aedes behind guards that tests/security/broker-probes.test.ts
 * tries. Sessions are always clean: nothing is queued for an absent device, least of all a command.
 */
import type { EventEmitter } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { Aedes, type AedesPublishPacket } from "aedes";
import { answerAedes } from "./answer-aedes.ts";
import { type BrokerOptions, brokerDesk } from "./broker-desk.ts";
import type { ByteChannel } from "./byte-channel.ts";
import type { Counts } from "./counts.ts";
import { watchHold } from "./hold.ts";
import { receiveSocket } from "./receive-socket.ts";
import { type ServedListener, serveListener } from "./serve-listener.ts";
import { takePublish } from "./take-publish.ts";

export interface EmbeddedBroker {
  readonly port: number;
  readonly connectionCount: number;
  readonly counts: Counts;
  /** Attaches the gateway's own listener at the other end of a channel. */
  attachListener(channel: ByteChannel): ServedListener;
  close(): Promise<void>;
}

const connectMsMax = 5000;
const drainMsMax = 3000;

export async function openBroker(options: BrokerOptions): Promise<EmbeddedBroker> {
  const desk = brokerDesk(options);
  const { sockets, counts, monoMs, refuse } = desk;
  const broker = await Aedes.createBroker({
    concurrency: 100,
    connectTimeout: connectMsMax,
    drainTimeout: drainMsMax,
    maxInflightInbound: 16,
    maxTopicLevels: 10,
    queueLimit: 42,
    maxClientsIdLength: 97,
    ...answerAedes(desk),
  });
  // aedes reports a denied will and a failing store as 'error' events; without a listener they would end the process.
  (broker as EventEmitter).on("error", (error: Error) => void refuse(`broker: ${error.message}`, ""));
  broker.on("clientError", (client, error) => void refuse(error.message, desk.visitorOf(client)?.address ?? ""));
  broker.on("clientDisconnect", (client) => void desk.readsHearers.delete(client));
  broker.on("connectionError", (client, error) => void refuse(error.message, desk.visitorOf(client)?.address ?? ""));
  const inside = takePublish(broker, desk);
  const hold = watchHold(monoMs, options.heldMsMax ?? null, (heldMs) => {
    refuse(`stopped for ${Math.round(heldMs)} ms: every connection begins anew`, "");
    for (const socket of sockets) socket.destroy();
  });
  const server = await listen(options, (socket) =>
    receiveSocket(socket, desk, { wasHeld: hold.wasHeld, handle: (guarded) => void broker.handle(guarded) }),
  );
  server.on("error", (error) => void refuse(`server: ${error.message}`, ""));

  return {
    port: (server.address() as { port: number }).port,
    get connectionCount() {
      return sockets.size;
    },
    counts,
    attachListener(channel) {
      desk.listener = serveListener(channel, {
        counts,
        monoMs,
        kept: (topic) => inside.persistence.createRetainedStream(topic),
        publish({ topic, payload, qos, retain }, answer) {
          const packet = { cmd: "publish", topic, payload, qos, retain, dup: false } as AedesPublishPacket;
          inside.publish(packet, null, (error) => answer(error ? error.message : null));
        },
      });
      return desk.listener;
    },
    async close() {
      hold.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Rejects when the port cannot be listened on. */
async function listen(options: BrokerOptions, receive: (socket: Socket) => void): Promise<Server> {
  const server: Server = options.tls
    ? createTlsServer({ ...options.tls, handshakeTimeout: connectMsMax }, receive)
    : createServer(receive);
  if (options.tls) server.on("tlsClientError", () => {});
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host ?? "127.0.0.1", resolve);
  });
  return server;
}
