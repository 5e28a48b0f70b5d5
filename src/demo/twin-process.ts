/** The demo's twin as a process of its own: started, waited for, ended with the gateway. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Refusal } from "../contract/errors.ts";
import type { LinkSpec } from "../site/schema.ts";

const readyMsMax = 30_000;
const linesKeptMax = 20;

export interface TwinProcess {
  controlUrl: string;
  links: Record<string, LinkSpec>;
  close(): Promise<void>;
}

export interface TwinProcessOptions {
  args: readonly string[];
  /** Receives the twin's own messages, e.g. that it runs without ptys. */
  report(line: string): void;
}

/** Refuses with twin-failed when the twin ends or is silent for too long. */
export async function startTwinProcess({ args, report }: TwinProcessOptions): Promise<TwinProcess> {
  const command = fileURLToPath(new URL("../../bin/guiwei.mjs", import.meta.url));
  // The pipe closes even when this process is killed, and then the twin ends, too.
  const words = [command, "twin", "--ends-with-stdin", ...args];
  const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "pipe"] });
  // If the system has no process or descriptors left there is only an 'error' event and no exit; without a listener it would end
  // the demo.
  const failed = new Promise<never>((_, reject) => {
    child.once("error", (error) => reject(new Refusal("twin-failed", { detail: error.message })));
  });
  failed.catch(() => {});
  const said: string[] = [];
  onLines(child.stderr, (line) => {
    said.push(line);
    if (said.length > linesKeptMax) said.shift();
    report(line);
  });
  const ready = await new Promise<{ controlUrl: string; linksPath: string }>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Refusal("twin-failed", { detail: `${readyMsMax / 1000} s` })),
      readyMsMax,
    );
    onLines(child.stdout, (line) => {
      const message = parse(line);
      if (message?.twin !== "ready") return;
      clearTimeout(timer);
      resolve(message as { controlUrl: string; linksPath: string } & Record<string, unknown>);
    });
    failed.catch((error: unknown) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Refusal("twin-failed", { detail: said.at(-1) ?? `exit ${code}` }));
    });
  }).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw error;
  });
  return {
    controlUrl: ready.controlUrl,
    links: JSON.parse(readFileSync(ready.linksPath, "utf8")) as Record<string, LinkSpec>,
    close: () => end(child),
  };
}

function parse(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function onLines(stream: NodeJS.ReadableStream | null, listener: (line: string) => void): void {
  let pending = "";
  stream?.on("data", (chunk: Buffer) => {
    const lines = (pending + chunk.toString()).split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") listener(line.trim());
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 3_000);
  await gone;
  clearTimeout(timer);
}
