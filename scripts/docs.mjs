// Writes the parts of the documents that the code already says: README's tables of settings (src/config.ts) and docs/errors.md
// (src/contract/errors.ts). `node scripts/docs.mjs` writes, `--check` only says what is not current; tests/docs runs that.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { register } from "tsx/esm/api";

register();
const { settingsSchema } = await import("../src/config.ts");
const { errorTable } = await import("../src/contract/errors.ts");

const cell = (text) => text.replaceAll("|", "\\|").replace(/\s+/g, " ");

/** Descriptions are written "中文 / English". */
function settingsTable(language) {
  const [head, none] = language === "zh" ? [["设置", "缺省", "含义"], "—"] : [["setting", "default", "meaning"], "—"];
  const rows = Object.entries(settingsSchema.properties).map(([name, schema]) => {
    const [zh, en] = schema.description.split(" / ");
    return `| \`${name}\` | ${schema.default === undefined ? none : `\`${schema.default}\``} | ${cell(language === "zh" ? zh : en)} |`;
  });
  return [`| ${head.join(" | ")} |`, "|---|---|---|", ...rows].join("\n");
}

function withTable(file, language) {
  const text = readFileSync(file, "utf8");
  const table = `<!-- settings -->\n${settingsTable(language)}\n<!-- /settings -->`;
  return text.replace(/<!-- settings -->[\s\S]*<!-- \/settings -->/, () => table);
}

function errorsPage() {
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

const files = {
  "README.md": withTable("README.md", "en"),
  "README.zh-CN.md": withTable("README.zh-CN.md", "zh"),
  "docs/errors.md": errorsPage(),
};
const isCheck = process.argv.includes("--check");
const stale = Object.entries(files).filter(([file, text]) => !existsSync(file) || readFileSync(file, "utf8") !== text);
for (const [file, text] of isCheck ? [] : stale) {
  if (file.startsWith("docs/")) mkdirSync("docs", { recursive: true });
  writeFileSync(file, text);
}
for (const [file] of stale) console.log(`${file}: ${isCheck ? "not current, run node scripts/docs.mjs" : "written"}`);
process.exit(isCheck && stale.length > 0 ? 1 : 0);
