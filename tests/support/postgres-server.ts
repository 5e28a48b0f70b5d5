import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { freePort } from "./free-port.ts";

/** For tests only: nothing survives, so nothing needs to reach the disk. */
const fast = [
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "shared_buffers=64MB",
  "max_connections=60",
];

export interface TestServer {
  url(database: string): string;
  /** SIGINT ends its clients' connections, SIGQUIT leaves everything to recovery. `up` starts it again at the same address. */
  down(signal: "SIGINT" | "SIGQUIT"): Promise<void>;
  up(): Promise<void>;
  /** Ends the server and removes its data, or keeps them as a cluster to start from. */
  stop(options?: { keepAs?: string }): Promise<void>;
}

/** Folder of the newest PostgreSQL's programs on this machine, or null. */
export function postgresPrograms(): string | null {
  const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql") : [];
  const folders = [
    process.env.GUIWEI_POSTGRES_BIN ?? "",
    ...versions.sort((a, b) => Number(b) - Number(a)).map((v) => `/usr/lib/postgresql/${v}/bin`),
  ];
  return folders.find((folder) => folder !== "" && existsSync(join(folder, "initdb"))) ?? null;
}

export function postgresVersion(programs: string): string {
  return execFileSync(join(programs, "postgres"), ["--version"], { encoding: "utf8" }).trim();
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  try {
    const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return { uid: 65534, gid: 65534 };
  }
}

/** Makes a new cluster in `folder` (which must not exist). */
export function makeCluster(programs: string, folder: string): void {
  const user = unprivileged();
  const parent = mkdtempSync(join(tmpdir(), "guiwei-initdb-"));
  if (user.uid !== undefined) chownSync(parent, user.uid, user.gid);
  const made = join(parent, "cluster");
  execFileSync(
    join(programs, "initdb"),
    ["-D", made, "-U", "guiwei", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
    {
      ...user,
      cwd: parent,
      stdio: "pipe",
    },
  );
  execFileSync("cp", ["-r", made, folder]);
  rmSync(parent, { recursive: true, force: true });
}

/** Starts a server on a copy of `cluster`, on a free port of 127.0.0.1; the copy is deleted with it. */
export async function startServer(
  programs: string,
  cluster: string,
  more: readonly string[] = [],
  place = tmpdir(),
): Promise<TestServer> {
  const user = unprivileged();
  const parent = mkdtempSync(join(place, "guiwei-postgres-"));
  execFileSync("cp", ["-r", cluster, join(parent, "data")]);
  if (user.uid !== undefined) execFileSync("chown", ["-R", `${user.uid}:${user.gid}`, parent]);
  execFileSync("chmod", ["700", join(parent, "data")]);
  const port = await freePort();
  const settings = [...fast, ...more, `port=${port}`, "listen_addresses=127.0.0.1", "unix_socket_directories="];
  const url = (database: string) => `postgres://guiwei@127.0.0.1:${port}/${database}`;
  let child: ChildProcess | null = null;
  // A run that ends without its teardown must not leave a server running.
  const killWithUs = () => child?.kill("SIGQUIT");
  process.once("exit", killWithUs);

  async function up(): Promise<void> {
    const started = spawn(
      join(programs, "postgres"),
      ["-D", join(parent, "data"), ...settings.flatMap((set) => ["-c", set])],
      {
        ...user,
        cwd: parent,
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    child = started;
    let said = "";
    started.stderr.on("data", (bytes: Buffer) => {
      said = (said + bytes).slice(-4000);
    });
    await answering(url("postgres"), started, () => said);
  }

  async function down(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null) return;
    const gone = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill(signal);
    await gone;
  }

  await up();
  return {
    url,
    up,
    down,
    async stop(options) {
      await down(options?.keepAs ? "SIGINT" : "SIGQUIT");
      process.removeListener("exit", killWithUs);
      if (options?.keepAs) execFileSync("cp", ["-r", join(parent, "data"), options.keepAs]);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

const startTimeoutMs = 60_000;

async function answering(url: string, child: ChildProcess, said: () => string): Promise<void> {
  for (const untilMs = Date.now() + startTimeoutMs; Date.now() < untilMs; ) {
    if (child.exitCode !== null) throw new Error(`PostgreSQL ended with code ${child.exitCode}: ${said()}`);
    const client = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} });
    try {
      await client`SELECT 1`;
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end({ timeout: 0 });
    }
  }
  throw new Error(`PostgreSQL did not answer within ${startTimeoutMs} ms: ${said()}`);
}
