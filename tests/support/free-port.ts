import { createServer } from "node:net";

/** Below the ports that systems use for outgoing connections, so that no program gets the port between check and use. */
const portMin = 12_000;
const portMax = 30_000;
const triesMax = 100;

/** A TCP port of loopback that is free at the moment. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < triesMax; attempt++) {
    const port = portMin + Math.floor(Math.random() * (portMax - portMin));
    if (await isFree(port)) return port;
  }
  throw new Error("no free port");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
