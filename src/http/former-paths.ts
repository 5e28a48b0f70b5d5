/** Paths of the version before: still answered, with the header `Deprecation` and their present path. */
import type { App } from "./route.ts";

/** When they were renamed, in seconds as RFC 9745 has it. */
const deprecatedAtS = Math.floor(Date.UTC(2026, 10, 30) / 1000);

const renamed: readonly (readonly [RegExp, string])[] = [
  [/^(\/api\/v1\/boxes\/[^/?]+)\/hunt(?=$|\/end$|\/end\?|\?)/, "$1/locate"],
  [/^(\/api\/v1\/areas\/[^/?]+\/aisles\/[^/?]+)\/recount(?=$|\?)/, "$1/delta"],
  [/^(\/api\/v1\/areas\/[^/?]+)\/profile(?=$|\?)/, "$1/calibration"],
];

/** The present path; the same one if it never moved. */
export function pathNow(url: string): string {
  for (const [former, now] of renamed) if (former.test(url)) return url.replace(former, now);
  return url;
}

export function tellFormerPaths(app: App): void {
  app.addHook("onRequest", async ({ originalUrl }, reply) => {
    const now = pathNow(originalUrl);
    if (now === originalUrl) return;
    reply.header("deprecation", `@${deprecatedAtS}`);
    reply.header("link", `<${now.replace(/\?.*$/, "")}>; rel="successor-version"`);
  });
}
