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
  "docs/glossary.md",
  "docs/safety.md",
  "docs/safety.zh-CN.md",
];
/** Files of operation that name commands in their comments and entries. */
export const operations = [
  "Dockerfile",
  "docker-compose.yml",
  ".env.example",
  "deploy/docker-compose.devices.yml",
  "deploy/guiwei.service",
  "deploy/nginx.conf",
  "deploy/Caddyfile",
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

/** Commands of `guiwei` with what stands below each, read from the command line's source: asking it takes seconds. */
export function commands(): Map<string, string[]> {
  const [, ...blocks] = read("src/cli.ts").split(/^program\s*\.command\(/m);
  return new Map(
    blocks.map((block) => {
      const [name = "", ...below] = [...`.command(${block}`.matchAll(/\.command\("([a-z-]+)"\)/g)].map(
        ([, word]) => word ?? "",
      );
      return [name, below];
    }),
  );
}
