import { expect, it } from "vitest";
import { gatewayNowMs, hearNow } from "./gateway-now.ts";

it("knows the gateway's clock from the answer that travelled least, and is never ahead of it", () => {
  expect(gatewayNowMs(0)).toBeNull();
  hearNow(null, 0);
  hearNow("yesterday", 0);
  expect(gatewayNowMs(0)).toBeNull();
  // The gateway's clock is 1 000 000 ahead; one answer took 300 ms, the next 20 ms, the last 4 s.
  hearNow("1000700", 1_000);
  expect(gatewayNowMs(1_000)).toBe(1_000_700);
  hearNow("1001980", 2_000);
  hearNow("1002000", 6_000);
  expect(gatewayNowMs(10_000)).toBe(1_009_980);
});

it("follows a browser that slept with the first answer after it", () => {
  hearNow("5000000", 20_000);
  expect(gatewayNowMs(21_000)).toBe(5_001_000);
});
