/** Documents promise only what is there: commands, files, settings, versions, and the same in both languages. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { writtenDocs } from "../../scripts/written-docs.ts";
import { settingsSchema } from "../../src/config.ts";
import {
  codeBlocks,
  codeSpans,
  commands,
  documents,
  localLinks,
  operations,
  packageFile,
  read,
  readmes,
  repositoryFiles,
  withoutCodeBlocks,
} from "./documents.ts";

/** Named as what the reader makes. */
const readersFiles = ["sites/my-site.yaml"];
const tops = "src|tests|deploy|docs|sites|scripts|simulators|firmware-protocols|web|bin";

describe("commands", () => {
  it("every npm script that a document names is in package.json", () => {
    for (const file of [...documents, ...operations]) {
      const named = [...read(file).matchAll(/npm (?:run ([a-z][a-z:-]*)|(start|test)\b)/g)];
      for (const [, script, short] of named) {
        const name = script ?? short ?? "";
        expect(Object.keys(packageFile.scripts), `${file} names npm run ${name}`).toContain(name);
      }
    }
  });

  it("every npm script is told of", () => {
    const told = [...Object.values(readmes), "CONTRIBUTING.md"].map(read).join("\n");
    for (const name of Object.keys(packageFile.scripts)) expect(told).toMatch(new RegExp(`npm (run )?${name}\\b`));
  });

  it("every guiwei command that a document names is one of its commands", () => {
    const known = commands();
    expect([...known.keys()]).toEqual(expect.arrayContaining(["demo", "serve", "twin"]));
    // `guiwei serve`, `node bin/guiwei.mjs serve`, ["node", "bin/guiwei.mjs", "serve"]
    const named =
      /(?:\bguiwei\.mjs"?,?|^guiwei|`guiwei|\bnpx guiwei) "?([a-z][a-z-]*)(?![\w.])"?(?: ([a-z][a-z-]*)\b)?/gm;
    for (const file of [...documents, ...operations]) {
      const text = read(file);
      const code = file.endsWith(".md") ? [...codeBlocks(text), ...codeSpans(text)].join("\n") : text;
      for (const [, name = "", second] of code.matchAll(named)) {
        const below = known.get(name);
        expect(below, `${file} names guiwei ${name}`).toBeDefined();
        if (below && below.length > 0) expect(below, `${file} names guiwei ${name} ${second}`).toContain(second);
      }
    }
  });

  it("every command of guiwei is in the READMEs", () => {
    const scripts = Object.entries(packageFile.scripts);
    for (const file of Object.values(readmes))
      for (const [name, below] of commands()) {
        const script = scripts.find(([, line]) => line.endsWith(`guiwei.mjs ${name}`))?.[0];
        const words = [name, ...below].join(" ");
        const isNamed = new RegExp(`guiwei(\\.mjs)? ${words}\\b${script ? `|npm (run )?${script}\\b` : ""}`);
        expect(read(file), `${file} says nothing of guiwei ${words}`).toMatch(isNamed);
      }
  });
});

describe("files", () => {
  it("every link leads to a file", () => {
    for (const file of documents)
      for (const target of localLinks(read(file)))
        expect(existsSync(join(dirname(file), target.split("#")[0] ?? "")), `${file} → ${target}`).toBe(true);
  });

  it("every path in code exists", () => {
    const all = repositoryFiles();
    const path = new RegExp(`(?<![\\w/.-])(?:${tops})/[\\w./-]*[\\w/]`, "g");
    for (const file of [...documents, ...operations]) {
      const text = read(file);
      const code = file.endsWith(".md") ? [...codeBlocks(text), ...codeSpans(text)].join("\n") : text;
      for (const [named] of code.matchAll(path)) {
        if (readersFiles.includes(named)) continue;
        expect(existsSync(named), `${file} names ${named}`).toBe(true);
      }
      if (!file.endsWith(".md")) continue;
      // A file by its bare name, e.g. `pipeline.ts`.
      for (const named of codeSpans(text).filter((span) => /^[\w.-]+\.(ts|tsx|mjs|yaml|service|rules)$/.test(span)))
        expect(
          all.some((known) => known === named || known.endsWith(`/${named}`)),
          `${file} names ${named}`,
        ).toBe(true);
    }
  });

  it("the folders of ARCHITECTURE's map are the folders of the tree", () => {
    const map = codeBlocks(read("ARCHITECTURE.md"))[0] ?? "";
    const folders = (under: string) => [
      ...new Set(
        repositoryFiles()
          .filter((file) => file.startsWith(under) && file.slice(under.length).includes("/"))
          .map((file) => file.slice(under.length).split("/")[0] ?? ""),
      ),
    ];
    for (const folder of [...folders("").filter((name) => !name.startsWith(".")), ...folders("src/")])
      expect(map, `${folder}/ is not on the map`).toMatch(new RegExp(`(^|[ /])${folder}/`, "m"));
  });
});

describe("what the code says", () => {
  it.each(Object.entries(writtenDocs()))("the tables of %s are current (node scripts/docs.mjs)", (file, text) => {
    expect(existsSync(file) ? read(file) : "").toBe(text);
  });

  it.each(Object.values(readmes))("%s lists every setting with its default", (file) => {
    const table = /<!-- settings -->([\s\S]*)<!-- \/settings -->/.exec(read(file))?.[1] ?? "";
    const rows = [...table.matchAll(/^\| `(\w+)` \| (?:`([^`]*)`|—) \| (.+) \|$/gm)];
    const told = rows.map(([, name, fallback]) => [name, fallback]);
    const known = Object.entries(settingsSchema.properties).map(([name, schema]) => {
      const fallback = (schema as { default?: unknown }).default;
      return [name, fallback === undefined ? undefined : String(fallback)];
    });
    expect(told).toEqual(known);
    for (const [, name, , meaning] of rows) expect(meaning?.trim(), `${name} has no meaning`).not.toBe("");
  });

  it("versions are those of the package and of the code", () => {
    const major = (range: string) => Number(/\d+/.exec(range)?.[0]);
    const node = packageFile.engines.node.replace(">=", "");
    const oldest = Number(/oldestServer = (\d+)0000;/.exec(read("src/storage/open-database.ts"))?.[1]);
    for (const file of Object.values(readmes)) {
      const text = read(file);
      expect(text).toContain(`Node ${node}`);
      expect(text).toContain(`PGlite ${packageFile.dependencies["@electric-sql/pglite"]}`);
      expect(text).toMatch(new RegExp(`${oldest} (to|至) 18`));
      expect(text).toContain(`PostgreSQL ${/image: postgres:(\d+)/.exec(read("docker-compose.yml"))?.[1]}`);
    }
    expect(read("docker-compose.yml")).toContain(`image: guiwei:${packageFile.version}`);
    expect(/^## (\d+\.\d+\.\d+)/m.exec(read("CHANGELOG.md"))?.[1]).toBe(packageFile.version);
    for (const [, version] of read("Dockerfile").matchAll(/^FROM node:(\d+)/gm))
      expect(Number(version)).toBeGreaterThanOrEqual(major(node));
  });
});

describe("both READMEs", () => {
  const en = read(readmes.en);
  const zh = read(readmes.zh);

  it("have the same headings, blocks of code, lists and tables", () => {
    const shape = (text: string) =>
      withoutCodeBlocks(text)
        .split("\n")
        .map((line) => /^(#+|-|\d\.|\|)(?= |-)/.exec(line)?.[1] ?? "")
        .filter((mark) => mark !== "");
    expect(shape(zh)).toEqual(shape(en));
    expect(codeBlocks(zh)).toEqual(codeBlocks(en));
  });

  it("name the same files, commands, settings and links", () => {
    const links = (text: string) => localLinks(text).filter((target) => !target.startsWith("README"));
    expect(links(zh).sort()).toEqual(links(en).sort());
    expect(codeSpans(zh).sort()).toEqual(codeSpans(en).sort());
  });

  it("use the same words of the vocabulary", () => {
    const words: [string, RegExp][] = [
      ["档案盒", /\bbox(es)?\b/i],
      ["储位", /\bslots?\b/i],
      ["通道", /\baisles?\b/i],
      ["盘点", /\bstocktakes?\b/i],
      ["批量移位", /\brelocations?\b/i],
      ["借阅", /\bloans?\b/i],
      ["架位编码", /\blocation codes?\b/i],
      ["天线", /\bantennas?\b/i],
      ["读写器", /\breaders?\b/i],
      ["日志", /\bjournal\b/i],
      ["密集架", /\bshel(f|ves|ving)\b/i],
      ["孪生", /\btwin\b/i],
      ["复位", /\bresets?\b/i],
      ["库房", /\brooms?\b/i],
      ["场地文件", /\bsite file\b/i],
      ["借出", /\blent\b/i],
      ["错架", /\bmisplaced\b/i],
      ["盘盈", /\bunexpected\b/i],
    ];
    for (const [word, english] of words) expect([word, zh.includes(word)]).toEqual([word, english.test(en)]);
  });
});
