/** Readers that send as fast as their sockets accept (QoS 0), in a process of their own: port, readers, messages each, bytes. */
import { once } from "node:events";
import { connect } from "node:net";
import { systemMonoMs } from "../../src/clock/clock.ts";
import { password, tagsOf } from "./broker-users.ts";
import { connectPacket, publishPacket } from "./raw-mqtt.ts";

const [port = 0, readers = 0, messages = 0, bytes = 0] = process.argv.slice(2).map(Number);
const filler = "x".repeat(Math.max(0, bytes - 20));

async function flood(readerId: string): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  let isClosed = false;
  socket.on("error", () => {});
  socket.on("close", () => {
    isClosed = true;
  });
  socket.resume();
  await once(socket, "connect");
  socket.write(connectPacket({ clientId: readerId, username: readerId, password }));
  const answered = new Promise((resolve) => socket.once("data", resolve));
  await Promise.race([answered, new Promise((resolve) => socket.once("close", resolve))]);
  for (let i = 0; i < messages && !isClosed; i++) {
    const isTaken = socket.write(publishPacket(tagsOf(readerId), `${systemMonoMs()} ${filler}`));
    if (!isTaken)
      await Promise.race([
        once(socket, "drain").catch(() => {}),
        new Promise((resolve) => socket.once("close", resolve)),
      ]);
  }
  await new Promise<void>((resolve) => (isClosed ? resolve() : socket.end(() => resolve())));
}

await Promise.all(Array.from({ length: readers }, (_, i) => flood(`rd-${i}`)));
process.exit(0);
