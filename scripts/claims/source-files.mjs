// The program's own source files as git lists them, and the parser for them.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import ts from "typescript";

/** @returns {{ file: string, text: string }[]} */
export function sourceFiles() {
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
    .split("\n")
    .filter((file) => /\.(tsx?|mjs|cjs)$/.test(file) && !file.endsWith(".d.ts") && existsSync(file))
    .map((file) => ({ file, text: readFileSync(file, "utf8") }));
}

/** @returns {ts.SourceFile} with parents, so that a rule can look at a node's surroundings. */
export function parse({ file, text }) {
  const kind = file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind);
}

/** Calls `visit` for each node, outer ones first. */
export function walk(node, visit) {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** The line of a node, from 1. */
export function lineOf(source, node) {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}
