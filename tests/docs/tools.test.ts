/** No test and no program starts a tool of the system that neither every Debian has nor `.ci/run` installs. */
import { expect, it } from "vitest";
import { read, repositoryFiles } from "./documents.ts";

/** From packages marked essential: bash, dash, coreutils, debianutils, util-linux; git makes the clone. */
const everywhere = ["sh", "bash", "cp", "chown", "chmod", "id", "df", "which", "fallocate", "stty", "git"];
/** Asked for, and done without where they are not. */
const doneWithout = ["systemd-analyze", "chronyc", "timedatectl"];
/** What is started by a name that is no literal: in which file, and which tools that may be. */
const byName: Record<string, Record<string, string[]>> = {
  "scripts/check.mjs": { command: [] },
  "src/spawn-first.mjs": { "asked.command": [] },
  "src/watch/ask-time.ts": { program: ["chronyc", "timedatectl"] },
  "tests/faults/hang-up.test.ts": { program: ["socat"] },
  "tests/flows/twin.test.ts": { command: ["mbpoll", "stty"] },
  "tests/support/mosquitto.ts": { program: ["mosquitto"] },
  "tests/support/probed-brokers.ts": { mosquittoPath: ["mosquitto"] },
  "tests/support/socat-pty.ts": { socatCommand: ["socat"] },
};

const ci = read(".ci/run");
const installed = [...ci.matchAll(/\b([\w-]+):[\w-]+(?=[ ;])/g)].map(([, tool = ""]) => tool);

/** First words of what a file starts: `"ps"`, `process.execPath`, `program`. */
function startedBy(text: string): string[] {
  if (!/from "node:child_process"/.test(text)) return [];
  const names = ["spawn", "spawnSync", "execFile", "execFileSync", "execSync", "exec"];
  for (const [, name = ""] of text.matchAll(/const (\w+) = promisify\(execFile\)/g)) names.push(name);
  const calls = new RegExp(
    `(?<![.\\w]|function |async )(?:promisify\\(execFile\\)|${names.join("|")})\\(\\s*([^\\s,()]+(?:\\([^()]*\\))?)(?=[,)])`,
    "g",
  );
  return [...text.matchAll(calls)].map(([, first = ""]) => first);
}

it("is so", () => {
  const known = [...everywhere, ...doneWithout, ...installed];
  const wrong: string[] = [];
  let calls = 0;
  for (const file of repositoryFiles().filter((file) => /\.(ts|tsx|mjs)$/.test(file))) {
    for (const first of startedBy(read(file))) {
      calls++;
      const literal = /^["'](.+)["']$/.exec(first)?.[1];
      // Node, what npm ci brought, and PostgreSQL's from its own folder.
      const isOurs = /^process\.execPath$|^(?:resolve\()?"node_modules\/|^join\(programs, "\w+"\)$/.test(first);
      const tools = literal !== undefined ? [literal] : byName[file]?.[first];
      if (isOurs) continue;
      if (!tools) wrong.push(`${file}: what is ${first}?`);
      for (const tool of tools ?? []) if (!known.includes(tool)) wrong.push(`${file}: ${tool}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(calls).toBeGreaterThan(60);
});

it("finds what .ci/run installs, and one that it does not", () => {
  expect(installed).toContain("socat");
  expect(installed).toContain("openssl");
  expect(installed).not.toContain("ps");
  expect(startedBy('import { execFileSync } from "node:child_process";\nexecFileSync("ps", ["-e"]);')).toEqual([
    '"ps"',
  ]);
});
