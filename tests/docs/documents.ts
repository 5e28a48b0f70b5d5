/** The documents as text, and what they can be compared with. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

export const readmes = { en: "README.md", zh: "README.zh-CN.md" } as const;
export const documents = [
  "README.md",
  "README.zh-CN.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "docs/errors.md",
];
/** Files of operation that name commands in their comments and entries. */
export const operations = [
  "Dockerfile",
  "docker-compose.yml",
  ".env.example",
  "deploy/docker-compose.devices.yml",
  "deploy/guiwei.service",
  "deploy/mosquitto.conf",
  "deploy/prepare-broker.mjs",
];

export const read = (file: string): string => readFileSync(file, "utf8");

export interface PackageFile {
  version: string;
  engines: { node: string };
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
}
export const packageFile = JSON.parse(read("package.json")) as PackageFile;

/** Everything that is or will be tracked. */
export function repositoryFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" });
  return listed.split("\n").filter((file) => file !== "" && existsSync(file));
}

/** Fenced blocks, in order. */
export function codeBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? "");
}

export function withoutCodeBlocks(markdown: string): string {
  return markdown.replace(/^```\w*\n[\s\S]*?^```$/gm, "");
}

/** Spans of code outside of blocks. */
export function codeSpans(markdown: string): string[] {
  return [...withoutCodeBlocks(markdown).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
}

/** Targets of links inside the repository. */
export function localLinks(markdown: string): string[] {
  return [...withoutCodeBlocks(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? "")
    .filter((target) => !/^[a-z]+:/.test(target));
}

const helpOf = new Map<string, string[]>();

/** Names of the commands that `guiwei [command …] --help` lists. */
export function commandsOf(...parents: string[]): string[] {
  const key = parents.join(" ");
  const known = helpOf.get(key);
  if (known) return known;
  const help = execFileSync(process.execPath, ["bin/guiwei.mjs", ...parents, "--help"], { encoding: "utf8" });
  const listed = help.split(/^Commands:$/m)[1] ?? "";
  const names = [...listed.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map((match) => match[1] ?? "");
  helpOf.set(
    key,
    names.filter((name) => name !== "help"),
  );
  return helpOf.get(key) ?? [];
}
