/**
 * Finds pointers in comments and documents that lead nowhere: files, rules, invariants, issues of other repositories, clauses of
 * publications. Pure; `check-citations.mjs` beside it supplies what the repository has, tests/docs/citations.test.ts plants
 * faults.
 */
import { type Prose, proseOf } from "./prose.ts";

/** Targets that exist. */
export interface Known {
  /** Every file and folder of the repository, by its path and by every end of it: `contract/roles.ts`, `roles.ts`. */
  paths: ReadonlySet<string>;
  rules: ReadonlySet<string>;
  /** I1, I2 … of ARCHITECTURE.md. */
  invariants: ReadonlySet<string>;
}

export interface CitationFault {
  file: string;
  line: number;
  what: string;
}

/** Top-level folders with which a path in a comment begins. */
const tops = "src|tests|deploy|docs|sites|scripts|simulators|firmware-protocols|web|bin";
const fromTop = new RegExp(`(?<![\\w/.@:*-])(?:${tops})/[\\w./*{}-]*[\\w*}/]`, "g");
/** A file by its name, with or without folders: `ports.ts`, contract/roles.ts. Not .js, because libraries are named so. */
const byName = /(?<![\w/.@*$}-])[\w-][\w./-]*\.(?:tsx?|mjs|cjs|md|sql|ya?ml|css|service|rules)\b(?![\w/*])/g;
/** Files that a program or a reader makes, so they are not in the repository. */
const madeElsewhere = new Set(["sites/my-site.yaml"]);
/** A file of another repository, which is named before it: tafia/calamine src/xlsx/mod.rs. */
const elsewhere = new RegExp(`(?:^|[\\s(])(?!(?:${tops})/)[\\w.-]+/[\\w.-]+ \`?$`);

/** A document by its number in a list that is not here: 3-radio, 7-protocols. Counted things look alike: 16-bit, 3-byte. */
const numbered = /(?<![\w./-])\d{1,2}-([a-z]{4,})\b(?![\w-]*\.\w)/g;
const counted = new RegExp(
  `^(?:${"antenna|based|bits?|bytes?|channel|character|column|digits?|fold|hour|input|layer|level|line|minute|month|pin|point|ports?|second|step|volt|wire|words?|year"})$`,
);
/** Names of documents that readers of the repository do not have. */
const nowhere = /\bshared design\b|\bdesign document\b|\b(?:the|this|our) (?:brief|mission|issue)\b(?!s)/gi;

const issueNumber = /\b(?:issues?|pulls?|pull requests?|PRs?)\s+#?\d+/g;
const bareNumber = /(?<![\w&/.#])#\d{2,}\b/g;
const repository = /[\w.-]+\/[\w.-]+\s+(?:issues?|pulls?|pull requests?)\s/;

/** Publications whose clauses may be cited with §, in the form in which they must be named. */
export const publications = [
  /RFC \d{3,5}/,
  /MQTT (?:3\.1\.1|5)/,
  /MODBUS Application Protocol (?:Specification )?V1\.1b3/,
  /MODBUS over Serial Line V1\.02/,
  /MODBUS Messaging on TCP\/IP (?:Implementation Guide )?V1\.0b/,
  /(?:ISO|IEC|ISO\/IEC|EN|GB\/T|DA\/T|WH\/T) [\d.-]+/,
  /EPC TDS [\d.]+/,
  /APPNOTE(?:\.TXT)? [\d.]+/,
] as const;

const ruleName = /(?<![\w.\\-])S\d{1,3}\b/g;
const invariantName = /(?<![\w.\\-])I\d{1,2}\b(?![.\d])/g;
/** Files where S0 … S3 would be Gen2's sessions: there those are written "session 1", and no safety rule is cited. */
const radio = /^(?:simulators\/(?:radio|reader)\/|firmware-protocols\/r2000\/|src\/sensing\/|simulators\/README\.md$)/;
/** Uses the session names of the wire format. */
const sessionWords = new Set(["firmware-protocols/archive-mqtt/payloads/reader-cmd.ts"]);

const ruleFiles = /\.(?:tsx?|mjs|cjs|md|sql|ya?ml|css)$/;

/** Safety rules named anywhere in a text: code, comment, name of a test. */
export function rulesNamed(text: string): Set<string> {
  return new Set(text.match(ruleName) ?? []);
}

export function citationFaults(file: string, text: string, known: Known): CitationFault[] {
  const faults: CitationFault[] = [];
  const lineAt = (index: number) => text.slice(0, index).split("\n").length;
  const add = (index: number, what: string) => faults.push({ file, line: lineAt(index), what });
  if (ruleFiles.test(file) && !sessionWords.has(file)) {
    for (const { 0: name, index } of text.matchAll(ruleName)) {
      if (radio.test(file))
        add(index, `${name}: sessions are written "session ${name.slice(1)}", and this folder cites no rule`);
      else if (!known.rules.has(name)) add(index, `there is no safety rule ${name}`);
    }
  }
  for (const prose of proseOf(file, text)) {
    for (const fault of proseFaults(file, prose, known)) add(prose.indexAt(fault.index), fault.what);
  }
  return faults.sort((a, b) => a.line - b.line);
}

interface At {
  index: number;
  what: string;
}

function proseFaults(file: string, { words }: Prose, known: Known): At[] {
  return [
    // Vectors name files of other repositories as their source.
    ...(file.endsWith(".json") ? [] : pathFaults(words, known)),
    ...documentFaults(words),
    ...issueFaults(words),
    ...clauseFaults(words),
    ...[...words.matchAll(invariantName)]
      .filter(({ 0: name }) => !known.invariants.has(name))
      .map(({ 0: name, index }) => ({ index, what: `ARCHITECTURE.md has no invariant ${name}` })),
  ];
}

function pathFaults(words: string, { paths }: Known): At[] {
  const found = new Map<number, string>();
  for (const { 0: path, index } of [...words.matchAll(byName), ...words.matchAll(fromTop)]) {
    if (elsewhere.test(words.slice(0, index))) continue;
    found.set(index, path.replace(/^(?:\.{1,2}\/)+/, "").replace(/[.,/]+$/, ""));
  }
  return [...found]
    .filter(([, path]) => !/[*{}]/.test(path) && !madeElsewhere.has(path) && !paths.has(path))
    .map(([index, path]) => ({ index, what: `there is no ${path}` }));
}

/** All names under which the given files may be cited. */
export function pathsOf(files: readonly string[]): Set<string> {
  const paths = new Set<string>();
  for (const file of files) {
    const parts = file.split("/");
    for (let from = 0; from < parts.length; from++) {
      paths.add(parts.slice(from).join("/"));
      paths.add(parts.slice(0, from).join("/"));
    }
  }
  return paths;
}

function documentFaults(words: string): At[] {
  const faults = [...words.matchAll(numbered)]
    .filter(({ 1: noun = "" }) => !counted.test(noun))
    .map(({ 0: name, index }) => ({ index, what: `"${name}" names a document that is not here` }));
  for (const { 0: name, index } of words.matchAll(nowhere))
    faults.push({ index, what: `"${name}" points at something that is not here` });
  return faults;
}

/** "serialport/bindings-cpp issue 162, pull request 164": the repository must be named before them in the same sentence. */
function issueFaults(words: string): At[] {
  const faults: At[] = [];
  for (const { 0: name, index } of words.matchAll(issueNumber)) {
    const sentence =
      words
        .slice(0, index + name.length)
        .split(/[.;:]\s/)
        .at(-1) ?? "";
    if (!repository.test(`${sentence} `)) faults.push({ index, what: `"${name}" without owner/repository before it` });
  }
  for (const { 0: name, index } of words.matchAll(bareNumber))
    faults.push({ index, what: `"${name}" without owner/repository before it` });
  return faults;
}

/** A clause belongs to a publication named before it in the same comment or paragraph. */
function clauseFaults(words: string): At[] {
  return [...words.matchAll(/§\s?[\d.]*\d/g)]
    .filter(({ index }) => !publications.some((publication) => publication.test(words.slice(0, index))))
    .map(({ 0: clause, index }) => ({ index, what: `"${clause}" without its publication's name` }));
}
