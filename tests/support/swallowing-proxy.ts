/** A line to a server that can drop packets in both directions: connections stay open, nothing arrives any more. */
import { connect, createServer, type Socket } from "node:net";

export interface SwallowingProxy {
  port: number;
  /** Sets whether it drops; what was dropped meanwhile is lost. */
  swallows(isSwallowing: boolean): void;
  close(): Promise<void>;
}

export async function swallowingProxy(port: number): Promise<SwallowingProxy> {
  const sockets = new Set<Socket>();
  let isSwallowing = false;
  function forward(from: Socket, to: Socket): void {
    sockets.add(from);
    from.on("data", (bytes) => void (isSwallowing || to.write(bytes)));
    from.on("error", () => {});
    from.on("close", () => {
      sockets.delete(from);
      // While the line drops packets, the other end does not notice the close.
      if (!isSwallowing) to.destroy();
    });
  }
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    forward(near, far);
    forward(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as { port: number };
  return {
    port: own,
    swallows: (now) => {
      isSwallowing = now;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
