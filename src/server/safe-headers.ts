/** Headers that limit what a browser may do with an answer: pages get a full policy, data a short one that forbids everything. */
import helmet from "@fastify/helmet";
import type { App } from "../http/route.ts";

const strictTransportSeconds = 15_552_000;

/** Data is no page: nothing in it may be loaded, run or framed (OWASP REST security cheat sheet, "Security headers"). */
const dataHeaders = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

const isData = (url: string): boolean => url.startsWith("/api/");

export interface SafeHeaders {
  isTls: boolean;
  /** The hosts that pages may connect to besides this one, by the Host header of their request. */
  connectsTo(host: string | undefined): string | null;
}

/** Data gets fixed headers: helmet would compute thirteen of them again for each answer, which data does not need. */
export async function sendSafeHeaders(app: App, { isTls, connectsTo }: SafeHeaders): Promise<void> {
  const headers = isTls
    ? { ...dataHeaders, "strict-transport-security": `max-age=${strictTransportSeconds}; includeSubDomains` }
    : dataHeaders;
  app.addHook("onRoute", (route) => {
    if (isData(route.url)) route.helmet = false;
  });
  app.addHook("onRequest", (request, reply, next) => {
    if (isData(request.url)) reply.headers(headers);
    next();
  });
  app.addHook("onSend", (request, reply, _payload, next) => {
    if (isData(request.url) && !reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
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
        "connect-src": ["'self'", ({ headers }) => connectsTo(headers.host) ?? ""],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
      },
    },
    strictTransportSecurity: isTls ? { maxAge: strictTransportSeconds } : false,
    referrerPolicy: { policy: "no-referrer" },
  });
}
