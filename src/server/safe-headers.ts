/** What a browser may do with an answer: the console's pages get a full policy, data a short one that forbids everything. */
import helmet from "@fastify/helmet";
import type { App } from "../http/route.ts";

const strictTransport = "max-age=15552000; includeSubDomains";

/** Data is no page: nothing in it may be loaded, run or framed (OWASP REST security cheat sheet, "Security headers"). */
const dataHeaders = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

/** Every lookup pays for its headers: helmet works out thirteen of them again for each answer, which data has no use for. */
export async function sendSafeHeaders(app: App, { isTls }: { isTls: boolean }): Promise<void> {
  const headers = isTls ? { ...dataHeaders, "strict-transport-security": strictTransport } : dataHeaders;
  app.addHook("onRoute", (route) => {
    if (route.url.startsWith("/api/")) route.helmet = false;
  });
  app.addHook("onRequest", (request, reply, next) => {
    if (request.url.startsWith("/api/")) reply.headers(headers);
    next();
  });
  app.addHook("onSend", (request, reply, _payload, next) => {
    if (request.url.startsWith("/api/") && !reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
    next();
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        // antd writes its styles into the page.
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
      },
    },
    strictTransportSecurity: isTls ? { maxAge: 15_552_000 } : false,
    referrerPolicy: { policy: "no-referrer" },
  });
}
