/** A proxy before PostgreSQL like a pooler that ignores unknown settings: settings of the given names never arrive. */
import { connect, createServer, type Server } from "node:net";

const protocol3 = 196_608;
const headBytes = 8;

/** A client that asks for TLS is refused. */
export async function forgetfulPooler(port: number, drops: readonly string[]) {
  const server: Server = createServer((client) => {
    const there = connect(port, "127.0.0.1");
    for (const [one, other] of [
      [client, there],
      [there, client],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
    client.once("data", (bytes: Buffer) => {
      there.write(startWithout(bytes, drops));
      client.on("data", (more: Buffer) => void there.write(more));
    });
    there.on("data", (bytes: Buffer) => void client.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function startWithout(start: Buffer, drops: readonly string[]): Buffer {
  if (start.readInt32BE(4) !== protocol3) throw new Error("no start of a session");
  const words = start.subarray(headBytes, start.readInt32BE(0)).toString().split("\0");
  const kept: string[] = [];
  for (let i = 0; words[i]; i += 2) if (!drops.includes(words[i] ?? "")) kept.push(words[i] ?? "", words[i + 1] ?? "");
  const body = Buffer.from(`${kept.join("\0")}\0\0`);
  const head = Buffer.alloc(headBytes);
  head.writeInt32BE(headBytes + body.length, 0);
  head.writeInt32BE(protocol3, 4);
  return Buffer.concat([head, body, start.subarray(start.readInt32BE(0))]);
}
