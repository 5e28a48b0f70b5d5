/** The device's side in a process of its own, so that its cost is not the gateway's: prepared PUBLISH packets, QoS 1, a window. */
import { connect } from "node:net";
import { connectPacket, publishPacket } from "../support/raw-mqtt.ts";

export interface PublishJob {
  port: number;
  username: string;
  password: string;
  topic: string;
  payloads: string[];
  messages: number;
}

/** Below the guarded broker's limit of unacknowledged messages. */
const windowMessages = 12;

function publish({ port, username, password, topic, payloads, messages }: PublishJob): Promise<void> {
  const packets = payloads.map((payload, i) => publishPacket(topic, payload, { qos: 1, id: i + 1 }));
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    let sent = 0;
    let acknowledged = -1;
    let pending = Buffer.alloc(0);
    socket.on("error", reject);
    socket.on("close", () => (acknowledged === messages ? resolve() : reject(new Error("connection closed"))));
    socket.on("connect", () => socket.write(connectPacket({ clientId: username, username, password })));
    socket.on("data", (bytes) => {
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
      // CONNACK and PUBACK are four bytes each.
      while (pending.length >= 4) {
        const type = (pending[0] as number) >> 4;
        if (type === 2 && pending[3] !== 0) return reject(new Error(`refused with ${pending[3]}`));
        acknowledged++;
        pending = pending.subarray(4);
      }
      socket.cork();
      while (sent < messages && sent - acknowledged < windowMessages)
        socket.write(packets[sent++ % packets.length] as Buffer);
      socket.uncork();
      if (acknowledged === messages) socket.end();
    });
  });
}

process.on("message", (job: PublishJob) => {
  publish(job).then(
    () => process.send?.({ done: true }),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
process.on("disconnect", () => process.exit(0));
process.send?.({ ready: true });
