/** A newcomer's `npm start` as a child process, with ports and folders of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface DemoProcess {
  /** Address that signs in once. */
  link: string;
  url: string;
  twin(order: Record<string, unknown>): Promise<{ ok: boolean; result?: unknown }>;
  output(): string;
  close(): Promise<void>;
}

const readyMsMax = 240_000;

export async function startDemo(env: Record<string, string> = {}): Promise<DemoProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), "guiwei-demo-"));
  const child = spawn(process.execPath, ["bin/guiwei.mjs", "demo"], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: "0", MQTT_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const waitUntil = Date.now() + readyMsMax;
  while (!/demo=\S+[\s\S]*twin: \S+/.test(text)) {
    if (child.exitCode !== null || Date.now() > waitUntil) throw new Error(`the demo did not start:\n${text}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const link = /(http\S+#demo=\S+)/.exec(text)?.[1] ?? "";
  const twinUrl = /twin: (\S+)/.exec(text)?.[1] ?? "";
  return {
    link,
    url: new URL(link).origin,
    async twin(order) {
      const response = await fetch(`${twinUrl}/command`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(order),
      });
      return (await response.json()) as { ok: boolean; result?: unknown };
    },
    output: () => text,
    async close() {
      await end(child);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await gone;
  clearTimeout(timer);
}
