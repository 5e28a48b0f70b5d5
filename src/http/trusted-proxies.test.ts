import type { IncomingMessage } from "node:http";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sourceOf } from "./source-of.ts";
import { clientAddress, trustedProxies } from "./trusted-proxies.ts";

const asked = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
  }) as IncomingMessage;
const client = (setting: string | undefined, remoteAddress: string, forwarded?: string) =>
  clientAddress(asked(remoteAddress, forwarded), trustedProxies(setting));

describe("whose X-Forwarded-For is believed", () => {
  test("nobody's unless said; then the proxy's word on the right, never what stands left of it", () => {
    expect(client(undefined, "10.0.0.2", "1.2.3.4")).toBe("10.0.0.2");
    expect(client("1", "10.0.0.2", "6.6.6.6, 1.2.3.4")).toBe("1.2.3.4");
    expect(client("2", "10.0.0.2", "6.6.6.6, 1.2.3.4, 10.0.0.3")).toBe("1.2.3.4");
    expect(client("10.0.0.0/24", "10.0.0.2", "6.6.6.6, 1.2.3.4, 10.0.0.3")).toBe("1.2.3.4");
    expect(client("loopback", "::ffff:127.0.0.1", "6.6.6.6, 1.2.3.4")).toBe("1.2.3.4");
    expect(client("fd00::1", "fd00::1", "2001:db8::9")).toBe("2001:db8::9");
    expect(client("1", "10.0.0.2")).toBe("10.0.0.2");
  });

  test("who is not on the list is believed nothing", () => {
    expect(client("10.0.0.2", "10.0.0.9", "1.2.3.4")).toBe("10.0.0.9");
    expect(client("10.0.0.2", "fe80::1", "1.2.3.4")).toBe("fe80::1");
  });

  test("whatever a client writes, its address is the one that the proxy saw", () => {
    const junk = fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), { maxLength: 6 });
    fc.assert(fc.property(junk, (left) => client("1", "10.0.0.2", [...left, "1.2.3.4"].join(",")) === "1.2.3.4"));
  });

  test.each([
    "yes",
    "true",
    "0",
    "9",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/4",
    "10.0.0.1/33",
    "proxy.local",
    "10.0.0.1,",
    "*",
  ])("%s is refused with a sentence", (setting) => {
    expect(() => trustedProxies(setting)).toThrow(expect.objectContaining({ code: "trust-proxy-invalid" }));
  });
});

test("a budget is kept for an IPv4 address or a customer's IPv6 network", () => {
  expect(sourceOf("::ffff:10.1.2.3")).toBe("10.1.2.3");
  expect(sourceOf("2001:db8:1:2:3:4:5:6")).toBe(sourceOf("2001:0db8:1:2::9"));
  expect(sourceOf("2001:db8:1:2::1")).not.toBe(sourceOf("2001:db8:1:3::1"));
  expect(sourceOf("::1")).toBe("0:0:0:0::/64");
});
