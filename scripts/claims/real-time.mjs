// Finds uses of the machine's own time, timers and randomness: only src/clock may use them and hands them to all other code.
import ts from "typescript";
import { lineOf, parse, walk } from "./source-files.mjs";

const timers = new Set(["setTimeout", "setInterval", "setImmediate"]);
/** Forbidden properties of global objects; a property of another object with the same name is allowed. */
const askedOf = {
  Math: new Set(["random"]),
  performance: new Set(["now", "timeOrigin"]),
  process: new Set(["hrtime", "uptime"]),
  crypto: new Set(["randomUUID", "getRandomValues"]),
  AbortSignal: new Set(["timeout"]),
};
const chanceOfCrypto = /^(random\w*|getRandomValues|webcrypto)$/;
const worthReading =
  /\b(Date|set(Timeout|Interval|Immediate)|Math\.random|performance|hrtime|uptime|random\w*|getRandomValues|AbortSignal|timers|uuidv7)\b/;

/** Files that the rule applies to. Tests may use real time; simulated ones are checked while they run. */
export function isUnderClock(file) {
  if (/\.test\.tsx?$/.test(file) || file.startsWith("src/clock/")) return false;
  return /^(src|firmware-protocols|simulators|web\/src)\//.test(file);
}

/** @returns {{ what: string, at: string }[]} */
export function realTime({ file, text }) {
  if (!worthReading.test(text)) return [];
  const source = parse({ file, text });
  const found = [];
  walk(source, (node) => {
    const what = asked(node);
    if (what) found.push({ what, at: `${file}:${lineOf(source, node)}` });
  });
  return found;
}

function asked(node) {
  if (ts.isIdentifier(node)) return askedByName(node);
  if (ts.isImportDeclaration(node)) return imported(node);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [from] = node.arguments;
    return from && ts.isStringLiteralLike(from) && /^(node:)?(crypto|timers(\/promises)?)$/.test(from.text)
      ? `import("${from.text}")`
      : null;
  }
  return null;
}

function askedByName(node) {
  const { parent, text } = node;
  if (text === "Date") return isOwnDate(node) ? "the time of now (Date)" : null;
  if (timers.has(text)) {
    // A socket's own timer counts as well; a parameter of that name was handed in and is allowed.
    const isUsed = ts.isPropertyAccessExpression(parent) || !isDeclaration(parent, node);
    return isUsed ? text : null;
  }
  const names = Object.hasOwn(askedOf, text) ? askedOf[text] : null;
  if (!names || !ts.isPropertyAccessExpression(parent) || parent.name === node) return null;
  return names.has(parent.name.text) ? `${text}.${parent.name.text}` : null;
}

/** A date of the present moment; dates of a given number or text, and the two functions of given values, are allowed. */
function isOwnDate(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) {
    return parent.expression === node && !["UTC", "parse", "prototype"].includes(parent.name.text);
  }
  if (ts.isNewExpression(parent) && parent.expression === node) return (parent.arguments ?? []).length === 0;
  if (ts.isBinaryExpression(parent)) return parent.operatorToken.kind !== ts.SyntaxKind.InstanceOfKeyword;
  return !ts.isTypeNode(parent) && !ts.isTypeElement(parent) && !isDeclaration(parent, node);
}

function isDeclaration(parent, node) {
  return "name" in parent && parent.name === node;
}

function imported(node) {
  const from = node.moduleSpecifier.text;
  const clause = node.importClause;
  if (!clause || clause.isTypeOnly) return null;
  if (/^(node:)?timers(\/promises)?$/.test(from) || from === "uuidv7") return `import of ${from}`;
  if (!/^(node:)?crypto$/.test(from)) return null;
  const bindings = clause.namedBindings;
  if (clause.name || !bindings || ts.isNamespaceImport(bindings)) return `import of all of ${from}`;
  const named = bindings.elements
    .map((one) => (one.propertyName ?? one.name).text)
    .filter((one) => chanceOfCrypto.test(one));
  return named.length > 0 ? `import of ${named.join(", ")}` : null;
}
