import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "./contract/told-error.ts";

/** Builds the console if it is missing or older than its sources. */
export async function buildConsole(root: string, webRoot: string, say: (line: string) => void): Promise<void> {
  const built = statSync(`${webRoot}/index.html`, { throwIfNoEntry: false });
  const newest = Math.max(...["web", "src/contract"].map((folder) => newestMs(join(root, folder))));
  if (built && built.mtimeMs >= newest) return;
  say("正在构建控制台… / building the console…");
  try {
    const { build } = await import("vite");
    await build({ root: `${root}/web`, logLevel: "warn" });
  } catch (error) {
    // In a read-only installation an older console is better than none.
    if (!built) throw error;
    say(`控制台没有更新，沿用旧的 / the console stays as it was: ${messageOf(error)}`);
  }
}

function newestMs(folder: string): number {
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return Math.max(...files.map((file) => statSync(join(folder, file)).mtimeMs));
}
