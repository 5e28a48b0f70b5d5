/** Motion goes first as an ordinary user, too, and after its death: Linux alone keeps priority by thread. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const limits = { stdio: "ignore" as const, timeout: 5_000 };
function has(program: string, ...words: string[]): boolean {
  try {
    execFileSync(program, words, limits);
    return true;
  } catch {
    return false;
  }
}
// As root one may rise: then nobody is asked.
const asNobody = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
const isHere = platform() === "linux" && (asNobody.length === 0 || has("setpriv", "--reuid=65534", "true"));

/** The fields of /proc/<pid>/stat after the name: the 19th of all is the priority asked for. */
const nice = (pid: number) =>
  Number(
    readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")[16],
  );

it.skipIf(!isHere)(
  "as a user who may not rise (skipped where there is no setpriv): the parent steps back, the next child does not",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "guiwei-nice-"));
    const child = join(folder, "child.mjs");
    const parent = join(folder, "parent.mjs");
    writeFileSync(
      child,
      `process.on("message", (m) => process.send(m)); process.on("disconnect", () => process.exit());`,
    );
    const spawner = pathToFileURL(join(root, "src/spawn-first.ts")).href;
    const tsx = pathToFileURL(join(root, "node_modules/tsx/dist/esm/api/index.mjs")).href;
    writeFileSync(
      parent,
      `import { register } from ${JSON.stringify(tsx)};
     register();
     const { firstSpawner } = await import(${JSON.stringify(spawner)});
     const spawner = firstSpawner();
     const pids = [];
     for (let i = 0; i < 3; i++) {
       const child = await spawner.spawn([${JSON.stringify(child)}], "ignore");
       const exited = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal)));
       const answered = new Promise((resolve) => child.on("message", resolve));
       child.send({ no: i }, () => {});
       const { no } = await answered;
       if (i === 0) await spawner.stepBack();
       console.log(JSON.stringify({ no, pid: child.pid, parent: process.pid }));
       await new Promise((resolve) => process.stdin.once("data", resolve));
       child.kill("SIGKILL");
       console.log(JSON.stringify({ signal: await exited }));
     }
     process.exit();`,
    );
    execFileSync("chmod", ["-R", "a+rX", folder]);
    const [command = "", ...words] = [...asNobody, process.execPath, parent];
    const running = spawn(command, words, { stdio: ["pipe", "pipe", "inherit"], cwd: folder });
    try {
      const seen: { no: number; nice: number; behind: number }[] = [];
      const signals: string[] = [];
      let text = "";
      for await (const bytes of running.stdout) {
        text += bytes;
        for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
          const line = JSON.parse(text.slice(0, end)) as { no: number; pid: number; parent: number; signal?: string };
          text = text.slice(end + 1);
          if (line.signal !== undefined) signals.push(line.signal);
          else {
            seen.push({ no: line.no, nice: nice(line.pid), behind: nice(line.parent) - nice(line.pid) });
            running.stdin.write("go\n");
          }
        }
      }
      const before = nice(process.pid);
      expect(seen).toEqual([0, 1, 2].map((no) => ({ no, nice: before, behind: 10 - before })));
      expect(signals).toEqual(["SIGKILL", "SIGKILL", "SIGKILL"]);
    } finally {
      running.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
