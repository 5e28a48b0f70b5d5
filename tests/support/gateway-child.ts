import { type ChildProcess, spawn } from "node:child_process";
import { pause } from "./until.ts";

const startMsMax = 180_000;
const linesKeptMax = 60;

export interface GatewayChild {
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** SIGKILL by default; resolves with the exit code when it has ended. */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
  /** Null while it runs; its exit code, or -1 after a signal. */
  ended(): number | null;
  /** The last lines of output of all its starts. */
  said(): string;
}

/** `guiwei serve`, which a test can start, end and start again. */
export function gatewayChild(bin: string, env: NodeJS.ProcessEnv, url: string): GatewayChild {
  const lines: string[] = [];
  let child: ChildProcess | null = null;
  const said = () => lines.join("\n");

  async function start(): Promise<void> {
    const started = spawn(process.execPath, [bin, "serve"], { env, stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    const keep = (bytes: Buffer) => {
      lines.push(...bytes.toString().split("\n").filter(Boolean));
      lines.splice(0, Math.max(0, lines.length - linesKeptMax));
    };
    started.stdout?.on("data", keep);
    started.stderr?.on("data", keep);
    for (const untilMs = Date.now() + startMsMax; Date.now() < untilMs; ) {
      if (started.exitCode !== null) throw new Error(`the gateway ended with ${started.exitCode}: ${said()}`);
      const isUp = await fetch(`${url}/health`).then(
        (response) => response.ok,
        () => false,
      );
      if (isUp) return;
      await pause(100);
    }
    throw new Error(`the gateway did not answer in ${startMsMax} ms: ${said()}`);
  }

  async function kill(signal: NodeJS.Signals = "SIGKILL"): Promise<number | null> {
    const dying = child;
    child = null;
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return dying?.exitCode ?? null;
    const gone = new Promise((resolve) => dying.once("exit", resolve));
    dying.kill(signal);
    await gone;
    return dying.exitCode;
  }

  return {
    ...{ start, kill, said },
    signal: (signal) => void child?.kill(signal),
    ended: () => (child && (child.exitCode ?? (child.signalCode ? -1 : null))) as number | null,
  };
}
