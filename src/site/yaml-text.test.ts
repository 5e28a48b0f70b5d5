import { describe, expect, it } from "vitest";
import { readYaml, type YamlText } from "./yaml-text.ts";

const text = `# a site
name: 档案室
rooms:
  - id: r1
    empty:
  - { id: r2,
      areas: [1, 2,
        3] }
copied: &one
  of: r1
again: *one
`;
const read = (yaml: string) => readYaml(yaml) as YamlText;

describe("YAML with its lines", () => {
  it.each([
    [[], 2],
    [["name"], 2],
    [["rooms"], 4],
    [["rooms", 0, "id"], 4],
    [["rooms", 0, "empty"], 5],
    [["rooms", 0, "nothing of the kind"], 4],
    [["rooms", 1], 6],
    [["rooms", 1, "areas", 2], 8],
    [["copied", "of"], 10],
    [["again", "of"], 11],
  ])("%j begins in line %i", (path, line) => {
    expect(read(text).lineOf(path)).toBe(line);
    expect(read(text.replaceAll("\n", "\r\n")).lineOf(path)).toBe(line);
    expect(read(`\uFEFF${text}`).lineOf(path)).toBe(line);
  });

  it("reads numbers, words and nothing as YAML 1.2 does", () => {
    expect(read("{ a: 012, b: yes, c: , d: 0x1F, e: '5', f: 1_000, g: 2020-01-01 }").value).toEqual({
      a: 12,
      b: "yes",
      c: null,
      d: 31,
      e: "5",
      f: "1_000",
      g: "2020-01-01",
    });
    expect(read("").value).toBeNull();
    expect(read("").lineOf(["rooms"])).toBe(1);
  });

  it.each([
    ["a list that is not closed", "a: 1\nb: [1, 2\nc: 3\n", 3],
    ["the same key twice", "a: 1\nb: 2\na: 3\n", 3],
    ["a tab as an indent", "a: 1\n\tb: 2\n", 2],
    ["a second document", "a: 1\n---\nb: 2\n", 1],
    ["a hundred references", `a: &x [1]\nb: [${"*x, ".repeat(101)}]\n`, 2],
    ["two hundred lists in each other", `${"[".repeat(200)}${"]".repeat(200)}`, 1],
  ])("names the line of %s", (_, yaml, line) => {
    expect(readYaml(yaml)).toMatchObject({ line, reason: expect.stringMatching(/\w/) });
  });
});
