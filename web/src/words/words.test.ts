import { describe, expect, it } from "vitest";
import { errorTable } from "../../../src/contract/errors.ts";
import { roles } from "../../../src/contract/roles.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, path = ""): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") all.set(path + key, value);
    else for (const [inner, text] of flat(value, `${path}${key}.`)) all.set(inner, text);
  }
  return all;
}

const zhWords = flat(zh);
const enWords = flat(en);
const blanks = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe("the console's words", () => {
  it("exist in both languages", () => {
    expect(zhWords.size).toBeGreaterThan(200);
    expect([...enWords.keys()].sort()).toEqual([...zhWords.keys()].sort());
    for (const [key, text] of [...zhWords, ...enWords]) expect(text.trim(), key).not.toBe("");
  });

  it("take the same blanks in both languages", () => {
    for (const [key, text] of zhWords) expect(blanks(enWords.get(key) ?? ""), key).toEqual(blanks(text));
  });

  it("are Chinese in Chinese and not in English", () => {
    for (const [key, text] of enWords) expect(text, key).not.toMatch(/\p{Script=Han}/u);
    const without = [...zhWords].filter(([, text]) => !/\p{Script=Han}/u.test(text)).map(([key]) => key);
    expect(without).toEqual(["common.none", "common.and", "map.climate", "relocation.fillChange"]);
  });

  it("name every role", () => {
    for (const role of roles) expect(zhWords.has(`shell.role.${role}`), role).toBe(true);
  });

  it("every error has a sentence in both languages", () => {
    for (const [code, words] of Object.entries(errorTable)) {
      expect(words.zh, code).toMatch(/\p{Script=Han}/u);
      expect(words.en, code).not.toBe("");
    }
  });
});
