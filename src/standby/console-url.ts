import type { Settings } from "../config.ts";
import { isLoopback } from "../http/is-loopback.ts";

/** The address to which people are sent: the first of ORIGINS, or an address of this machine that others can reach. */
export function consoleUrl({ ORIGINS, HOST, PORT, TLS_CERT }: Settings): string | null {
  const [origin] = ORIGINS?.split(",") ?? [];
  if (origin) return origin.trim();
  if (isLoopback(HOST) || HOST === "0.0.0.0" || HOST === "::" || PORT === 0) return null;
  return `${TLS_CERT ? "https" : "http"}://${HOST.includes(":") ? `[${HOST}]` : HOST}:${PORT}`;
}
