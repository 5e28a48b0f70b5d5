import { beforeAll, expect, test } from "vitest";
import type { Context } from "../context.ts";
import type { App } from "../http/route.ts";
import type { Known } from "../people/ask-credentials.ts";
import { buildServer, defaultServerSettings } from "./build-server.ts";

const li: Known = { actor: "person:1", roles: ["operator"], person: null, sessionHash: null, tokenId: null };
const clock = { nowMs: () => 0, monoMs: () => 50_000, after: () => () => {} };
const context = { newId: () => "id-1", clock, db: {} } as unknown as Context;

let app: App;
beforeAll(async () => {
  app = await buildServer({
    context,
    sessions: {
      async sweep() {},
      recall: () => null,
      whoIs: async ({ authorization }) => (authorization === "Bearer li" ? li : null),
    },
    settings: { ...defaultServerSettings, version: "0.0.0", webRoot: "/nowhere" },
    momentOfAskingMs: () => 49_000,
    features: [
      (app) => {
        app.post("/api/v1/moves", { config: { right: "move" } }, async (request) => ({ atMs: request.askedAtMs }));
        app.get("/api/v1/open", { config: { right: "public" } }, async () => ({}));
      },
    ],
  });
});

const asked = async (headers: Record<string, string>) =>
  (
    await app.inject({ method: "POST", url: "/api/v1/moves", headers: { authorization: "Bearer li", ...headers } })
  ).json<{ atMs: number }>().atMs;

test("a request that the network kept is as old as its press", async () => {
  expect(await asked({})).toBe(49_000);
  expect(await asked({ "guiwei-pressed": "20000" })).toBe(20_000);
  // Nothing makes a request younger than its arrival.
  expect(await asked({ "guiwei-pressed": "49500" })).toBe(49_000);
  expect(await asked({ "guiwei-pressed": "later" })).toBe(0);
});

test("answers say what the gateway's clock shows, to whoever is signed in", async () => {
  const known = await app.inject({ method: "GET", url: "/api/v1/open", headers: { authorization: "Bearer li" } });
  expect(known.headers["guiwei-now"]).toBe("50000");
  const stranger = await app.inject({ method: "GET", url: "/api/v1/open" });
  expect(stranger.headers["guiwei-now"]).toBeUndefined();
});
