/** A device or serial server on TCP. Every connection is a wire of its own; while unplugged, connections are refused. */
import { createServer, type Server, type Socket } from "node:net";
import type { Wire } from "./line.ts";

export interface TcpPlug {
  port: number;
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

const connectionsMax = 8;

/**
 * `attach` puts a connection on the bus and returns a function that takes it off. Port 0 picks a free one, kept over a replug.
 */
export async function listenTcp(port: number, attach: (wire: Wire) => () => void): Promise<TcpPlug> {
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let bound = port;

  function serve(socket: Socket): void {
    if (sockets.size >= connectionsMax) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => {});
    const listeners: ((bytes: Uint8Array) => void)[] = [];
    const detach = attach({
      write(bytes) {
        if (!socket.destroyed) socket.write(bytes);
      },
      onBytes: (fn) => void listeners.push(fn),
    });
    socket.on("data", (bytes) => {
      for (const fn of listeners) fn(bytes);
    });
    socket.on("close", () => {
      sockets.delete(socket);
      detach();
    });
  }

  async function replug(): Promise<void> {
    if (server) return;
    const opening = createServer(serve);
    server = opening;
    await new Promise<void>((resolve, reject) => {
      opening.once("error", reject);
      opening.listen(bound, "127.0.0.1", () => {
        opening.off("error", reject);
        resolve();
      });
    });
    const address = opening.address();
    if (address && typeof address === "object") bound = address.port;
  }

  await replug();
  return {
    get port() {
      return bound;
    },
    replug,
    async unplug() {
      const closing = server;
      server = null;
      for (const socket of sockets) socket.destroy();
      if (closing) await new Promise<void>((resolve) => closing.close(() => resolve()));
    },
  };
}
