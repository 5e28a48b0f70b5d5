/** A pair of real ptys made by socat: one end for the gateway, one for the fake device. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const socatCommand = "socat";
export const hasSocat = spawnSync(socatCommand, ["-V"]).status === 0;
if (!hasSocat && process.env.GUIWEI_REQUIRE_SOCAT === "1")
  throw new Error("GUIWEI_REQUIRE_SOCAT=1, but socat is missing");

export interface PtyPair {
  /** Paths that stay the same over unplug and replug, like /dev/serial/by-id. */
  gateway: string;
  device: string;
  plug(): Promise<void>;
  unplug(): Promise<void>;
  dispose(): Promise<void>;
}

export function ptyPair(): PtyPair {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-pty-"));
  const gateway = join(folder, "gateway");
  const device = join(folder, "device");
  let socat: ChildProcess | null = null;

  async function unplug(): Promise<void> {
    const leaving = socat;
    socat = null;
    if (!leaving || leaving.exitCode !== null) return;
    const gone = new Promise((resolve) => leaving.once("exit", resolve));
    leaving.kill("SIGKILL");
    await gone;
    rmSync(gateway, { force: true });
    rmSync(device, { force: true });
  }

  return {
    gateway,
    device,
    async plug() {
      socat = spawn(socatCommand, [`pty,raw,echo=0,link=${gateway}`, `pty,raw,echo=0,link=${device}`], {
        stdio: "ignore",
      });
      for (let i = 0; i < 200; i++) {
        if (existsSync(gateway) && existsSync(device)) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error("socat made no ptys within 2 s");
    },
    unplug,
    async dispose() {
      await unplug();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
