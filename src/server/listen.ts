/** Starts listening: on loopback unless HOST says otherwise, and then with TLS. */
import { readFileSync } from "node:fs";
import { Refusal } from "../contract/errors.ts";
import { isLoopback } from "../http/is-loopback.ts";
import type { App } from "../http/route.ts";
import { listenRefusal } from "./try-port.ts";

export interface ListenSettings {
  /** "127.0.0.1" unless set. */
  host: string;
  port: number;
  /** Paths of PEM files. */
  tlsCertFile: string | null;
  tlsKeyFile: string | null;
  /** INSECURE_HTTP=yes: plain HTTP to the network, because a reverse proxy handles TLS. */
  isInsecureHttpStated: boolean;
}

/** The TLS files' texts, or null; refuses with what is missing. Called before the app is built. */
export function readTls(settings: ListenSettings): { cert: string; key: string } | null {
  const { host, tlsCertFile, tlsKeyFile } = settings;
  if (tlsCertFile !== null && tlsKeyFile !== null) return { cert: readPem(tlsCertFile), key: readPem(tlsKeyFile) };
  if (isLoopback(host) || settings.isInsecureHttpStated) return null;
  throw new Refusal("listen-needs-tls", { host });
}

function readPem(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Refusal("tls-file-unreadable", { file, detail: (error as NodeJS.ErrnoException).code ?? "?" });
  }
}

/** Listens and returns the address to open in a browser; refuses with a plain sentence when it cannot. */
export async function listen(app: App, settings: ListenSettings): Promise<{ url: string; port: number }> {
  const { host, port } = settings;
  const isTls = "setSecureContext" in app.server;
  if (!isTls && !isLoopback(host) && !settings.isInsecureHttpStated) throw new Refusal("listen-needs-tls", { host });
  try {
    await app.listen({ host, port });
  } catch (error) {
    const refusal = listenRefusal(error, host, port);
    if (refusal) throw refusal;
    throw error;
  }
  const address = app.server.address();
  const bound = typeof address === "object" && address ? address.port : port;
  const shown =
    host === "0.0.0.0" || host === "::" || isLoopback(host) ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return { url: `${isTls ? "https" : "http"}://${shown}:${bound}`, port: bound };
}
