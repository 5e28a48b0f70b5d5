// Finds functions of more than 80 lines, from their first word to their last bracket, including everything declared inside.
import ts from "typescript";
import { lineOf, parse, walk } from "./source-files.mjs";

export const functionLinesMax = 80;

/** @returns {{ key: string, lines: number, at: string }[]} `key` is file and name, for the list of exceptions. */
export function longFunctions({ file, text }) {
  if (text.split("\n").length <= functionLinesMax) return [];
  const source = parse({ file, text });
  const found = [];
  walk(source, (node) => {
    if (!ts.isFunctionLike(node) || !node.body) return;
    const from = lineOf(source, node);
    const lines = source.getLineAndCharacterOfPosition(node.getEnd()).line + 2 - from;
    if (lines <= functionLinesMax || isListOfCases(file, node)) return;
    found.push({ key: `${file}#${nameOf(source, node)}`, lines, at: `${file}:${from}` });
  });
  return found;
}

/** In a test file a function that holds tests is a list of them; each test counts by itself. */
function isListOfCases(file, node) {
  if (!/\.test\.tsx?$/.test(file)) return false;
  let holdsTests = false;
  walk(node, (inner) => {
    if (inner !== node && ts.isCallExpression(inner) && /^(it|test)$/.test(rootOf(inner.expression))) holdsTests = true;
  });
  return holdsTests;
}

/** `it` of `it.each(cases)(…)`. */
function rootOf(expression) {
  let at = expression;
  while (!ts.isIdentifier(at)) {
    if (ts.isCallExpression(at) || ts.isPropertyAccessExpression(at)) at = at.expression;
    else if (ts.isTaggedTemplateExpression(at)) at = at.tag;
    else return "";
  }
  return at.text;
}

function nameOf(source, node) {
  if (node.name) return node.name.getText(source);
  const { parent } = node;
  if ((ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && parent.name) {
    return parent.name.getText(source);
  }
  if (!ts.isCallExpression(parent)) return "nameless";
  // A test is named by its sentence.
  const [first] = parent.arguments;
  return first && ts.isStringLiteralLike(first) ? first.text : `an argument of ${rootOf(parent.expression)}`;
}
