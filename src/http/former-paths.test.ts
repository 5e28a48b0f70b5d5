import { expect, it } from "vitest";
import { pathNow } from "./former-paths.ts";

it.each([
  ["/api/v1/boxes/b1/hunt", "/api/v1/boxes/b1/locate"],
  ["/api/v1/boxes/b1/hunt/end", "/api/v1/boxes/b1/locate/end"],
  ["/api/v1/areas/r1.1/aisles/2/recount", "/api/v1/areas/r1.1/aisles/2/delta"],
  ["/api/v1/areas/r1.1/profile?limit=1", "/api/v1/areas/r1.1/calibration?limit=1"],
])("leads from %s to where it is now", (former, now) => expect(pathNow(former)).toBe(now));

it.each(["/api/v1/boxes/hunt", "/api/v1/boxes/b1/hunter", "/api/v1/areas/r1.1/profiles", "/areas/r1.1/profile", ""])(
  "leaves %s as it is",
  (url) => expect(pathNow(url)).toBe(url),
);
