import { expect, it } from "vitest";
import { DatabaseError } from "./database-error.ts";
import { type FailureKind, failureKindOf } from "./failure-kind.ts";

const postgres = (code: string) => Object.assign(new Error(code), { code, severity: "ERROR" });

it.each<[FailureKind, unknown[]]>([
  [
    "away",
    ["08006", "25006", "28P01", "3D000", "40001", "40P01", "53100", "53300", "55P03", "57P01", "57014"].map(postgres),
  ],
  ["away", ["58030", "XX000", "XX001"].map(postgres)],
  ["value", ["22021", "23503"].map(postgres)],
  ["refused", ["42P01", "42501", "42703", "0A000", "P0001"].map(postgres)],
  ["not-leader", [postgres("GW001")]],
  [
    "away",
    [
      Object.assign(new Error("closed"), { code: "CONNECTION_CLOSED" }),
      Object.assign(new Error(), { code: "ECONNREFUSED" }),
    ],
  ],
  ["away", [new DatabaseError("database-stopped", "stopped")]],
  ["refused", [new TypeError("x is undefined"), new Error("journal row is too long"), "odd", null]],
])("says %s of %s, however deep it is wrapped", (kind, errors) => {
  for (const error of errors) {
    expect(failureKindOf(error)).toBe(kind);
    expect(failureKindOf(new Error("failed query", { cause: new Error("inner", { cause: error }) }))).toBe(kind);
  }
});
