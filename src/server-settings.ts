/** The part of the settings that concerns the server. */
import type { Settings } from "./config.ts";
import { trustedProxies } from "./http/trusted-proxies.ts";
import { defaultServerSettings, type ServerSettings } from "./server/build-server.ts";
import { readTls } from "./server/listen.ts";

export function serverSettingsOf(
  settings: Settings,
  { version, webRoot }: { version: string; webRoot: string },
): ServerSettings {
  return {
    ...defaultServerSettings,
    version,
    webRoot,
    tls: readTls(listenSettingsOf(settings)),
    origins: settings.ORIGINS?.split(",").map((origin) => origin.trim()) ?? [],
    trustProxy: trustedProxies(settings.TRUST_PROXY),
  };
}

export function listenSettingsOf(settings: Settings) {
  return {
    host: settings.HOST,
    port: settings.PORT,
    tlsCertFile: settings.TLS_CERT ?? null,
    tlsKeyFile: settings.TLS_KEY ?? null,
    isInsecureHttpStated: settings.INSECURE_HTTP === "yes",
  };
}
