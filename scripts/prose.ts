/** Extracts the text that people read from a file: comments of code, paragraphs of documents. */
import { extname } from "node:path";
import ts from "typescript";

export interface Prose {
  /** One comment or paragraph; line breaks and comment marks become spaces, so that no name is cut in two. */
  words: string;
  /** Position in the file of a position in `words`. */
  indexAt(index: number): number;
}

const scripts = new Set([".ts", ".tsx", ".mjs", ".cjs"]);
const hashed = /(?:\.ya?ml|\.conf|\.service|\.rules|\.env\.example|Dockerfile|Caddyfile)$/;

export function proseOf(file: string, text: string): Prose[] {
  const kind = extname(file);
  if (scripts.has(kind)) return joinLines(text, commentsOfScript(file, text));
  if (kind === ".css") return joinLines(text, rangesOf(text, /\/\*[\s\S]*?\*\//g));
  if (kind === ".sql") return joinLines(text, rangesOf(text, /--.*/g));
  if (hashed.test(file)) return joinLines(text, rangesOf(text, /(?<![^\s])#.*/g));
  // The texts in which vectors name their sources.
  if (kind === ".json")
    return rangesOf(text, /(?<="(?:document|source|note)": )"[^"\n]*"/g).map((range) => proseIn(text, range));
  // Each row of a table is a paragraph of its own; blocks of code are left out.
  if (kind === ".md") return paragraphs(text);
  return [];
}

interface Range {
  from: number;
  to: number;
}

function rangesOf(text: string, pattern: RegExp): Range[] {
  return [...text.matchAll(pattern)].map(({ 0: found, index }) => ({ from: index, to: index + found.length }));
}

/** Comment marks at the beginning of lines, replaced by as many spaces. */
const marks = /^[ \t]*(?:\/\*\*?|\*\/|\*|\/\/|--|#)+/gm;
const blank = (found: string) => " ".repeat(found.length);

function proseIn(text: string, { from, to }: Range): Prose {
  const words = text
    .slice(from, to)
    .replace(marks, blank)
    .replace(/\*\/\s*$/, blank)
    .replaceAll("\n", " ");
  return { words, indexAt: (index) => from + index };
}

/** Joins comments on consecutive lines, because a sentence may continue. */
function joinLines(text: string, ranges: readonly Range[]): Prose[] {
  const joined: Range[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last && /^[ \t]*\r?\n[ \t]*$/.test(text.slice(last.to, range.from))) last.to = range.to;
    else joined.push({ ...range });
  }
  return joined.map((range) => proseIn(text, range));
}

function paragraphs(text: string): Prose[] {
  const shown = text.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, " "));
  return rangesOf(shown, /(?:^\|.*$)|(?:^(?!\|)\S.*(?:\n(?![|#\-\n]).+)*)/gm).map((range) => proseIn(shown, range));
}

/** Line and block comments that are not inside a string, a template, a regular expression or JSX text. */
function commentsOfScript(file: string, text: string): Range[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false, kindOf(file));
  const literals: Range[] = [];
  const visit = (node: ts.Node): void => {
    if (isText(node)) literals.push({ from: node.getStart(source), to: node.end });
    else ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  literals.sort((a, b) => a.from - b.from);
  const comments: Range[] = [];
  const opening = /\/[/*]/g;
  let next = 0;
  for (let found = opening.exec(text); found; found = opening.exec(text)) {
    const from = found.index;
    while (next < literals.length && literals[next]!.to <= from) next++;
    const inside = literals[next];
    if (inside && inside.from <= from) {
      opening.lastIndex = inside.to;
      continue;
    }
    const end = found[0] === "//" ? text.indexOf("\n", from) : text.indexOf("*/", from + 2) + 2;
    const to = end < from ? text.length : end;
    comments.push({ from, to });
    opening.lastIndex = to;
  }
  return comments;
}

function kindOf(file: string): ts.ScriptKind {
  if (file.endsWith(".tsx")) return ts.ScriptKind.TSX;
  return file.endsWith(".ts") ? ts.ScriptKind.TS : ts.ScriptKind.JS;
}

function isText(node: ts.Node): boolean {
  return (
    ts.isStringLiteral(node) ||
    ts.isNoSubstitutionTemplateLiteral(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node) ||
    ts.isRegularExpressionLiteral(node) ||
    ts.isJsxText(node)
  );
}
