import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { factsOf, fileFactLog, leftFactLogs } from "./fact-log.ts";
import type { FactBody } from "./messages.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function fresh(): string {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-facts-"));
  folders.push(folder);
  return folder;
}
const body: FactBody = { kind: "progress", commandId: "c1", state: "sent", wireId: 1 };
const never = (error: unknown) => {
  throw error;
};

it("keeps what it was told for the next start, in order, and forgets it when told so", () => {
  const folder = fresh();
  const log = fileFactLog(folder, "a", never);
  for (let i = 0; i < 3; i++) log.add("r1.1", i, body);
  log.close();
  const [left] = leftFactLogs(folder);
  expect(left?.facts.map(({ id, atMs }) => [id, atMs])).toEqual([1, 2, 3].map((id) => [id, id - 1]));
  left?.forget();
  expect(readdirSync(folder)).toEqual([]);
});

it("reads the last word on a fact, in its place", () => {
  const folder = fresh();
  const log = fileFactLog(folder, "a", never);
  const first = log.add("r1.1", 1, body);
  log.add("r1.1", 2, body);
  log.amend({ ...first, body: { ...body, wireId: 9 } });
  expect(factsOf(folder, "a").map(({ id, body }) => [id, (body as typeof body & { wireId: number }).wireId])).toEqual([
    [1, 9],
    [2, 1],
  ]);
});

it("loses no more than the line that a power cut tore", () => {
  const folder = fresh();
  const log = fileFactLog(folder, "a", never);
  log.add("r1.1", 1, body);
  appendFileSync(join(folder, "facts-a.ndjson"), '{"id":2,"areaK');
  expect(factsOf(folder, "a").map(({ id }) => id)).toEqual([1]);
});

it("begins its file anew only when all of it is stored", () => {
  const folder = fresh();
  const log = fileFactLog(folder, "a", never);
  const long: FactBody = { ...body, commandId: "x".repeat(1_000) };
  for (let i = 0; i < 300; i++) log.add("r1.1", i, long);
  log.stored(299);
  expect(log.since(298).map(({ id }) => id)).toEqual([299, 300]);
  log.stored(300);
  expect(statSync(join(folder, "facts-a.ndjson")).size).toBe(0);
  expect(log.add("r1.1", 0, body).id).toBe(301);
  expect(factsOf(folder, "a").map(({ id }) => id)).toEqual([301]);
});

it("goes on without a folder that can be written to, and says so", () => {
  const folder = fresh();
  writeFileSync(join(folder, "file"), "");
  const told: unknown[] = [];
  const log = fileFactLog(join(folder, "file", "below"), "a", (error) => told.push(error));
  expect([log.add("r1.1", 0, body).id, log.add("r1.1", 0, body).id]).toEqual([1, 2]);
  log.stored(2);
  log.close();
  expect(told.length).toBeGreaterThan(0);
});
