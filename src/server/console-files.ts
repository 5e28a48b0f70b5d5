/** The console as built by vite (dist/web); every unknown page address gets its index.html. */
import { existsSync } from "node:fs";
import fastifyStatic from "@fastify/static";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "../contract/errors.ts";
import type { App } from "../http/route.ts";

const notBuilt =
  '<!doctype html><meta charset="utf-8"><title>归位 Guiwei</title><p>控制台尚未构建：请运行 npm start，或 npx vite build web。</p><p lang="en">The console is not built: run npm start, or npx vite build web.</p>';

/** Addresses that are not pages of the console: an unknown one below these is a problem+json 404. */
const notPages = /^\/(api|docs|live|assets|health|metrics)(\/|$|\?)/;

export async function serveConsole(app: App, webRoot: string): Promise<void> {
  await app.register(fastifyStatic, { root: webRoot, serve: false, dotfiles: "ignore" });

  app.get("/", { config: { right: "public" }, schema: { hide: true } }, (request, reply) => sendIndex(request, reply));
  // vite names these files by their content, so they never change.
  app.get("/assets/*", { config: { right: "public" }, schema: { hide: true } }, (request, reply) => {
    const path = (request.params as { "*": string })["*"];
    return reply.sendFile(`assets/${path}`, { maxAge: "365d", immutable: true });
  });
  for (const file of ["favicon.svg", "favicon.ico", "robots.txt", "manifest.webmanifest"]) {
    app.get(`/${file}`, { config: { right: "public" }, schema: { hide: true } }, (_request, reply) =>
      reply.sendFile(file, { maxAge: "1h" }),
    );
  }

  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === "GET" && (request.headers.accept ?? "").includes("text/html");
    if (wantsPage && !notPages.test(request.url)) return sendIndex(request, reply);
    throw new Refusal("not-found", { what: request.url.slice(0, 200) });
  });

  function sendIndex(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (!existsSync(`${webRoot}/index.html`)) return reply.code(503).type("text/html; charset=utf-8").send(notBuilt);
    // The page names the files of one build, so it is never cached.
    return reply.sendFile("index.html", { cacheControl: false }).header("cache-control", "no-cache");
  }
}
