/**
 * The parts of documents that are generated from the code: README's tables of settings, ARCHITECTURE's of jobs, docs/errors.md,
 * docs/safety.md.
 */
import { readFileSync } from "node:fs";
import { settingsSchema } from "../src/config.ts";
import { errorTable } from "../src/contract/errors.ts";
import { type JobKind, jobTable } from "../src/jobs/job-kinds.ts";
import { type Language, safetyPage } from "./written-safety.ts";

const cell = (text: string) => text.replaceAll("|", "\\|").replace(/\s+/g, " ");

/** Descriptions are written "中文 / English". */
function settingsTable(language: Language): string {
  const rows = Object.entries(settingsSchema.properties).map(([name, schema]) => {
    const told = schema as { description?: string; default?: unknown };
    const [zh = "", en = ""] = (told.description ?? "").split(" / ");
    const fallback = told.default === undefined ? "—" : `\`${told.default}\``;
    return `| \`${name}\` | ${fallback} | ${cell(language === "zh" ? zh : en)} |`;
  });
  const head = language === "zh" ? "| 设置 | 缺省 | 含义 |" : "| setting | default | meaning |";
  return [head, "|---|---|---|", ...rows].join("\n");
}

function withSettings(file: string, language: Language): string {
  const table = `<!-- settings -->\n${settingsTable(language)}\n<!-- /settings -->`;
  return readFileSync(file, "utf8").replace(/<!-- settings -->[\s\S]*<!-- \/settings -->/, () => table);
}

const jobWords: Readonly<Record<JobKind, string>> = {
  "read-table": "an uploaded file to rows",
  "compare-rows": "these rows with each other",
  "write-workbook": "rows to a workbook: export, template, refused rows, a count's result",
  "write-reads": "what a count was judged from, for replay",
  "write-backup": "a backup, from a server or a copy of the embedded files",
  "check-backup": "reads a backup back",
};

function withJobs(file: string): string {
  const count = (value: number) => value.toLocaleString("en-US").replaceAll(",", " ");
  const rows = Object.entries(jobTable).map(([kind, { limits, goesOn }]) => {
    const { heapMbMax, rssMbMax, timeMsMax, resultMbMax } = limits;
    const figures = [heapMbMax, rssMbMax, timeMsMax / 60_000, resultMbMax].map(count).join(" | ");
    return `| \`${kind}\` | ${jobWords[kind as JobKind]} | ${figures} | ${goesOn ? "goes on" : "again"} |`;
  });
  const head = [
    "| job | what | heap MB | process MB | minutes | result MB | cut short |",
    "|---|---|---|---|---|---|---|",
  ];
  const table = ["<!-- jobs -->", ...head, ...rows, "<!-- /jobs -->"].join("\n");
  return readFileSync(file, "utf8").replace(/<!-- jobs -->[\s\S]*<!-- \/jobs -->/, () => table);
}

function errorsPage(): string {
  const rows = Object.entries(errorTable).map(
    ([code, { status, zh, en }]) => `| \`${code}\` | ${status} | ${cell(zh)} | ${cell(en)} |`,
  );
  return [
    "# Error codes / 错误码",
    "",
    "Written by `node scripts/docs.mjs` from `src/contract/errors.ts`; do not edit. Over HTTP an error is `application/problem+json` (RFC 9457) with this code, status and both sentences; `{name}` is filled in.",
    "",
    "| code | status | 中文 | English |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

/** File → the text it should have. */
export function writtenDocs(): Record<string, string> {
  return {
    "README.md": withSettings("README.md", "en"),
    "README.zh-CN.md": withSettings("README.zh-CN.md", "zh"),
    "ARCHITECTURE.md": withJobs("ARCHITECTURE.md"),
    "docs/errors.md": errorsPage(),
    "docs/safety.md": safetyPage("en"),
    "docs/safety.zh-CN.md": safetyPage("zh"),
  };
}
