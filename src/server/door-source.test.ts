import { expect, test } from "vitest";
import { doorSource } from "./door-source.ts";

test("pages may reach STOP's door on the host that they came from, and no other", () => {
  const direct = { url: null, port: 8081 };
  expect(doorSource(direct, "localhost:8080")).toBe("localhost:8081");
  expect(doorSource(direct, "archive.example")).toBe("archive.example:8081");
  // Hosts that a policy cannot name, and values that are no host.
  for (const host of ["[::1]:8080", "a; script-src *", "a b", undefined])
    expect(doorSource(direct, host)).toBe("*:8081");
  expect(doorSource({ url: "/stop-door", port: 8081 }, "a.example")).toBeNull();
  expect(doorSource({ url: "https://stop.example:8443/x", port: 8081 }, "a.example")).toBe("https://stop.example:8443");
  expect(doorSource(null, "a.example")).toBeNull();
});
