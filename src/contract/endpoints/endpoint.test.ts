import { describe, expect, it } from "vitest";
import { addressOf, type Endpoint, refusalsOfAny } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";

const rows: [string, Endpoint][] = Object.entries(endpoints);

describe("the table of endpoints", () => {
  it("holds each address once", () => {
    const addresses = rows.map(([, { method, path }]) => `${method} ${path}`);
    expect(addresses.filter((one, i) => addresses.indexOf(one) !== i)).toEqual([]);
  });

  it("names in its paths what its params say, and asks no GET for a body", () => {
    for (const [name, { method, path, params, body }] of rows) {
      expect([...path.matchAll(/:(\w+)/g)].map(([, one]) => one).sort(), name).toEqual(
        Object.keys(params?.properties ?? {}).sort(),
      );
      if (method === "GET" || method === "DELETE") expect(body, name).toBeUndefined();
    }
  });

  it("says of a row only refusals that are its own", () => {
    for (const [name, { refusals = [] }] of rows) {
      expect(new Set(refusals).size, name).toBe(refusals.length);
      expect(
        refusals.filter((code) => (refusalsOfAny as readonly string[]).includes(code)),
        name,
      ).toEqual([]);
    }
  });
});

describe("an address", () => {
  it("takes what it is given as it is, and leaves out what is undefined", () => {
    expect(addressOf(endpoints.takeOffLock, { params: { areaKey: "r 1/2", lockId: "?#" } })).toBe(
      "/api/v1/areas/r%201%2F2/locks/%3F%23/take-off",
    );
    expect(addressOf(endpoints.listLoans, { query: { open: false, q: undefined, limit: 5 } } as never)).toBe(
      "/api/v1/loans?open=false&limit=5",
    );
    expect(addressOf(endpoints.search, { query: { q: "公司 &" } })).toBe(
      `/api/v1/search?q=${encodeURIComponent("公司")}+%26`,
    );
    expect(addressOf(endpoints.listRooms, {})).toBe("/api/v1/rooms");
  });
});
