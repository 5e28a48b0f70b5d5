/** Requests that change something must come from our own pages (CSRF); other clients name no page and send no cookie unasked. */
import type { IncomingHttpHeaders } from "node:http";

/** A browser names the page that sends the request (Origin, Sec-Fetch-Site). */
export function isOwnOrigin(headers: IncomingHttpHeaders, origins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined) {
    const site = headers["sec-fetch-site"];
    return site === undefined || site === "same-origin" || site === "none";
  }
  if (origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** Whether the page comes from this other port of the same host, as the console's do. */
export function isFromPort({ origin, host }: IncomingHttpHeaders, port: number | null): boolean {
  if (origin === undefined || host === undefined || port === null) return false;
  if (!URL.canParse(origin) || !URL.canParse(`http://${host}`)) return false;
  const page = new URL(origin);
  const isDefault = page.port === "" && port === (page.protocol === "https:" ? 443 : 80);
  return page.hostname === new URL(`http://${host}`).hostname && (isDefault || page.port === String(port));
}
