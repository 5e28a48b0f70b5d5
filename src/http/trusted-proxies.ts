/**
 * The proxies whose X-Forwarded-For is believed. Each proxy adds on the right the address it saw, and a client can write anything
 * on the left: so addresses are taken from the right, and never past the first that is no proxy of ours. Sources: nginx
 * ngx_http_realip_module (set_real_ip_from, real_ip_recursive), MDN "X-Forwarded-For" (trusted proxy count, list).
 */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { Refusal } from "../contract/errors.ts";
import { plainAddress } from "./source-of.ts";

/** Whether the address at this place is a proxy of ours; place 0 is the peer of the connection. */
export type TrustsProxy = (address: string, hop: number) => boolean;

export const hopsMax = 8;
/** Wider networks than these are whole providers, not anybody's own proxies. */
const prefixBitsMin = { ipv4: 8, ipv6: 16 } as const;

/** "1", or "10.0.0.2, 172.18.0.0/16, loopback"; null: no proxy is believed. Refuses with trust-proxy-invalid. */
export function trustedProxies(setting: string | undefined): TrustsProxy | null {
  if (setting === undefined || setting.trim() === "") return null;
  const text = setting.trim();
  if (/^\d+$/.test(text)) {
    const hops = Number(text);
    if (hops < 1 || hops > hopsMax) throw refusal(text);
    return (_address, hop) => hop < hops;
  }
  const list = new BlockList();
  for (const part of text.split(",")) add(list, part.trim());
  return (address) => {
    const plain = plainAddress(address);
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 4 ? "ipv4" : "ipv6");
  };
}

function add(list: BlockList, part: string): void {
  if (part === "loopback") {
    list.addSubnet("127.0.0.0", 8, "ipv4");
    list.addAddress("::1", "ipv6");
    return;
  }
  const [address = "", prefix, ...more] = part.split("/");
  const version = isIP(address);
  if (version === 0 || more.length > 0) throw refusal(part);
  const family = version === 4 ? "ipv4" : "ipv6";
  if (prefix === undefined) {
    list.addAddress(address, family);
    return;
  }
  const bits = Number(prefix);
  const isTooWide = bits < prefixBitsMin[family];
  if (!/^\d{1,3}$/.test(prefix) || isTooWide || bits > (version === 4 ? 32 : 128)) throw refusal(part);
  list.addSubnet(address, bits, family);
}

const refusal = (what: string) => new Refusal("trust-proxy-invalid", { what });

/** The client's address, by the same rule as fastify's `request.ip`; for requests that come in beside fastify. */
export function clientAddress(request: IncomingMessage, trusts: TrustsProxy | null): string {
  const holder = request.socket.remoteAddress ?? "";
  if (!trusts) return holder;
  const header = request.headers["x-forwarded-for"];
  const told = (Array.isArray(header) ? header.join(",") : (header ?? "")).split(",").map((part) => part.trim());
  const chain = [holder, ...told.filter((part) => part !== "").reverse()];
  const at = chain.findIndex((address, hop) => hop === chain.length - 1 || !trusts(address, hop));
  return chain[at] ?? holder;
}
