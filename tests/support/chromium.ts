/** Debian's Chromium through playwright-core, with the flags that keep it from calling home and from drawing what nobody sees. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const places = [
  process.env.GUIWEI_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
const executablePath = places.find((place) => place !== undefined && existsSync(place));

export const hasChromium = executablePath !== undefined;
if (!hasChromium && process.env.GUIWEI_REQUIRE_CHROMIUM === "1")
  throw new Error("GUIWEI_REQUIRE_CHROMIUM=1, but there is no Chromium");

export function openChromium(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-software-rasterizer",
      "--in-process-gpu",
      "--force-prefers-reduced-motion",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
