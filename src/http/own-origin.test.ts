import { expect, test } from "vitest";
import { isFromPort, isOwnOrigin } from "./own-origin.ts";

test("the console's pages on another port of the same host are ours, nobody else's are", () => {
  const from = (origin: string | undefined, host = "archive.example:8081", port: number | null = 8080) =>
    isFromPort({ host, ...(origin === undefined ? {} : { origin }) }, port);
  expect(from("http://archive.example:8080")).toBe(true);
  expect(from("http://Archive.Example:8080", "ARCHIVE.example:8081")).toBe(true);
  expect(from("http://[::1]:8080", "[::1]:8081")).toBe(true);
  expect(from("https://archive.example", "archive.example:8443", 443)).toBe(true);
  expect(from("http://archive.example", "archive.example:81", 80)).toBe(true);
  for (const origin of [
    "http://archive.example:9999",
    "http://archive.example",
    "http://evil.example:8080",
    "http://archive.example.evil.example:8080",
    "null",
    "",
    undefined,
  ])
    expect(from(origin), String(origin)).toBe(false);
  expect(from("http://archive.example:8080", "archive.example:8081", null)).toBe(false);
  expect(from("http://archive.example:8080", "not a host")).toBe(false);
});

test("pages of the same address, of a stated origin, and clients that are no browser", () => {
  const own = (headers: Record<string, string>) =>
    isOwnOrigin({ host: "a.example", ...headers }, ["https://b.example"]);
  expect(own({ origin: "https://a.example" })).toBe(true);
  expect(own({ origin: "https://b.example" })).toBe(true);
  expect(own({})).toBe(true);
  expect(own({ "sec-fetch-site": "cross-site" })).toBe(false);
  expect(own({ origin: "https://c.example" })).toBe(false);
});
