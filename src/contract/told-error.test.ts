/** Errors in logs and answers say enough to mend what failed, and contain no data. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { DrizzleQueryError } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loggedError, messageOf, stackOf } from "./told-error.ts";

const secret = "gw_kept-Secret 张三丰";
const statement = 'insert into "people" ("name", "hash") values ($1, $2)';

function postgresError(code: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), {
    ...{ name: "PostgresError", severity: "ERROR", code, detail: `Key (name)=(${secret}) already exists.` },
    ...{ where: `unnamed portal parameter $1 = '${secret}'`, constraint_name: "people_name", table_name: "people" },
    ...more,
  });
}

const told = (error: unknown) => [messageOf(error), stackOf(error), JSON.stringify(loggedError(error))].join("\n");

describe("a failed statement", () => {
  const failed = new DrizzleQueryError(
    statement,
    [secret, 17, null],
    postgresError("23505", 'duplicate key value violates unique constraint "people_name"'),
  );

  it("keeps its text, its cause and its constraint; parameters, details and quoted rows go", () => {
    expect(told(failed)).not.toContain(secret);
    expect(messageOf(failed)).toBe(`Failed query: ${statement}`);
    expect(stackOf(failed)).toContain("caused by: Error: duplicate key value violates unique constraint");
    expect(stackOf(failed)).toMatch(/told-error\.test\.ts/);
    expect(loggedError(failed)).toMatchObject({
      type: "DrizzleQueryError",
      message: `Failed query: ${statement}: duplicate key value violates unique constraint "people_name"`,
      ...{ code: "23505", constraint_name: "people_name", table_name: "people" },
    });
  });

  it.each([
    ["wrapped by another", new Error("while storing", { cause: failed })],
    ["in another's words", new Error(`not stored: ${failed.message}`)],
    ["in another's words, with more behind", new Error(`not stored: ${failed.message}; tried twice`)],
    ["with a driver's own field", Object.assign(new Error(`of ${secret}`), { parameters: [secret] })],
    ["of several", new AggregateError([failed, new Error("another")], "two failed")],
    ["of a value", postgresError("22P02", `invalid input syntax for type integer: "${secret}"`)],
    ["of a value, in Chinese", postgresError("22P02", `无效的类型 integer 输入语法："${secret}"`)],
    ["whose address was wrong", Object.assign(new TypeError("Invalid URL"), { input: `postgres://u:${secret}@h/d` })],
    ["that goes in circles", Object.assign(failed, { again: failed })],
  ])("%s", (_, error) => {
    expect(told(error)).not.toContain(secret);
    expect(messageOf(error)).not.toBe("");
  });

  it("never tells a parameter of four characters or more, whatever else is in it", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, maxLength: 60 }), fc.string({ maxLength: 20 }), (parameter, other) => {
        const error = new DrizzleQueryError(`select $1, $2`, [parameter, other], new Error(`about ${parameter}`));
        const words = `select $1, $2 about Failed query: ${import.meta.url} ${new Error("x").stack}`;
        if (words.includes(parameter)) return;
        expect(messageOf(error)).not.toContain(parameter);
        const { message } = loggedError(error) as { message: string };
        expect(message).not.toContain(parameter);
      }),
    );
  });
});

describe("whatever else is thrown", () => {
  it.each([
    ["a text", "just a text", "just a text"],
    ["nothing", undefined, "undefined"],
    ["an error of the system", Object.assign(new Error("ENOSPC: no space"), { code: "ENOSPC" }), "ENOSPC: no space"],
    ["a look-alike", { message: "of another realm" }, "of another realm"],
  ])("%s", (_, thrown, words) => {
    expect(messageOf(thrown)).toBe(words);
    expect(stackOf(thrown)).toContain(words);
    expect(inspect(loggedError(thrown))).toContain(words);
  });

  it("keeps what helps: code, path, address", () => {
    const error = Object.assign(new Error("x"), { code: "EACCES", path: "/data", address: "db", port: 5432 });
    expect(loggedError(error)).toMatchObject({ code: "EACCES", path: "/data", address: "db", port: 5432 });
  });
});

describe("the one way", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => ({ name: name.replaceAll("\\", "/"), text: readFileSync(join("src", name), "utf8") }));
  const withText = (pattern: RegExp) => files.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

  it("nothing else reads a stack, prints an error as it is, or opens a log that would", () => {
    expect(files.length).toBeGreaterThan(300);
    expect(withText(/\.stack\b/)).toEqual(["contract/told-error.ts"]);
    expect(withText(/console\.\w+\((error|failed|thrown|reason)\)/)).toEqual([]);
    expect(withText(/\bpino\(/)).toEqual(["open-log.ts"]);
    expect(files.find(({ name }) => name === "open-log.ts")?.text).toMatch(
      /pino\(\{[^}]*serializers: \{ err: loggedError \}/,
    );
  });
});
