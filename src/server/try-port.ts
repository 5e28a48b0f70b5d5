import { createServer } from "node:net";
import { Refusal } from "../contract/errors.ts";

/** Refuses when a port cannot be listened on; called before anything is opened or built. 0 is any free port. */
export async function tryPort(host: string, port: number, setting = "PORT"): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(listenRefusal(error, host, port, setting) ?? error));
    server.listen({ host, port }, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

/** A refusal that says why listening failed; null: another kind of error. */
export function listenRefusal(error: unknown, host: string, port: number, setting = "PORT"): Refusal | null {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return new Refusal("listen-port-in-use", { port, setting });
  if (code === "EACCES") return new Refusal("listen-not-permitted", { port, setting });
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return new Refusal("listen-address-unknown", { host });
  return null;
}
