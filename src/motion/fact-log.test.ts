import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { asideLog, factsOf, fileFactLog, forgetFactLog, leftFactLogs } from "./fact-log.ts";
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

it("keeps what it was told for the next start, in order, and forgets it when told so", async () => {
  const folder = fresh();
  const log = fileFactLog(folder, "a", never);
  for (let i = 0; i < 3; i++) log.add("r1.1", i, body);
  log.close();
  const [left] = leftFactLogs(folder);
  expect([...(left?.facts ?? [])].map(({ id, atMs }) => [id, atMs])).toEqual([1, 2, 3].map((id) => [id, id - 1]));
  await forgetFactLog(folder, left?.logId ?? "", async () => {});
  expect(readdirSync(folder)).toEqual([]);
});

it("reads the last word on a fact, in its place", () => {
  const folder = fresh();
  const log = fileFactLog(folder, "a", never);
  const first = log.add("r1.1", 1, body);
  log.add("r1.1", 2, body);
  log.amend({ ...first, body: { ...body, wireId: 9 } });
  expect(
    [...factsOf(folder, "a")].map(({ id, body }) => [id, (body as typeof body & { wireId: number }).wireId]),
  ).toEqual([
    [1, 9],
    [2, 1],
  ]);
});

it("is forgotten in steps: broken off anywhere, nothing of it is news and its row goes at last", async () => {
  const folder = fresh();
  const log = fileFactLog(folder, "a", never);
  log.add("r1.1", 1, body);
  log.close();
  const away = forgetFactLog(folder, "a", () => Promise.reject(new Error("away")));
  await expect(away).rejects.toThrow("away");
  expect(leftFactLogs(folder)).toEqual([{ logId: "a", facts: [] }]);
  let rows = 1;
  await forgetFactLog(folder, "a", async () => void rows--);
  expect([rows, leftFactLogs(folder)]).toEqual([0, []]);
});

it("sets aside what the database refuses: for the next start, as something old, and no more than it has room for", () => {
  const folder = fresh();
  const setAside = asideLog(folder, () => "b");
  const kept: FactBody = {
    kind: "kept",
    epoch: 1,
    wireId: 2,
    inhibited: false,
    isHeldForLocks: false,
    isStopped: true,
  };
  expect([setAside({ areaKey: "r1.1", atMs: 5, body }), setAside({ areaKey: "r1.1", atMs: 6, body: kept })]).toEqual([
    true,
    true,
  ]);
  expect(leftFactLogs(folder).map(({ logId, facts }) => ({ logId, facts: [...facts] }))).toEqual([
    {
      logId: "b",
      facts: [
        { id: 1, areaKey: "r1.1", atMs: 5, body },
        { id: 2, areaKey: "r1.1", atMs: 6, body: { ...kept, isOld: true } },
      ],
    },
  ]);
  const long: FactBody = { ...body, commandId: "x".repeat(1024 * 1024) };
  const answers = Array.from({ length: 9 }, (_, i) => setAside({ areaKey: "r1.1", atMs: i, body: long }));
  expect(answers).toEqual([...Array(7).fill(true), false, false]);
  expect(asideLog(join(folder, "facts-b.ndjson", "x"), () => "c")({ areaKey: "r1.1", atMs: 0, body })).toBe(false);
});

it("loses no more than the line that a power cut tore", () => {
  const folder = fresh();
  const log = fileFactLog(folder, "a", never);
  log.add("r1.1", 1, body);
  appendFileSync(join(folder, "facts-a.ndjson"), '{"id":2,"areaK');
  expect([...factsOf(folder, "a")].map(({ id }) => id)).toEqual([1]);
});

it("begins its file anew only when all of it is stored", () => {
  const folder = fresh();
  const log = fileFactLog(folder, "a", never);
  const long: FactBody = { ...body, commandId: "x".repeat(1_000) };
  for (let i = 0; i < 300; i++) log.add("r1.1", i, long);
  log.stored(299);
  expect(log.after(298)?.map(({ id }) => id)).toEqual([299, 300]);
  log.stored(300);
  expect(statSync(join(folder, "facts-a.ndjson")).size).toBe(0);
  expect(log.add("r1.1", 0, body).id).toBe(301);
  expect([...factsOf(folder, "a")].map(({ id }) => id)).toEqual([301]);
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

it("is read in pages from wherever it is asked, the whole of it in order, whatever the length of its lines", () => {
  fc.assert(
    fc.property(
      // An amendment is found in its fact's page or the next one: no fact that is amended is longer than that.
      fc.array(fc.oneof(fc.tuple(fc.nat(90_000), fc.constant(false)), fc.tuple(fc.nat(60_000), fc.boolean())), {
        minLength: 1,
        maxLength: 40,
      }),
      fc.nat(40),
      (lines, from) => {
        const folder = fresh();
        const log = fileFactLog(folder, "a", never);
        const said = (wireId: number, length: number): FactBody => ({ ...body, commandId: "x".repeat(length), wireId });
        for (const [length, isAmended] of lines) {
          const fact = log.add("r1.1", 0, said(1, length));
          if (isAmended) log.amend({ ...fact, body: said(2, 1) });
        }
        const read: { id: number; wireId: unknown }[] = [];
        for (let lastId = from; ; ) {
          const page = log.after(lastId) ?? [];
          for (const { id, body } of page) read.push({ id, wireId: body.kind === "progress" && body.wireId });
          const last = page.at(-1);
          if (!last) break;
          lastId = last.id;
        }
        log.close();
        const all = lines.map(([, isAmended], i) => ({ id: i + 1, wireId: isAmended ? 2 : 1 }));
        expect(read).toEqual(all.slice(from));
        expect([...factsOf(folder, "a")].map(({ id }) => id)).toEqual(all.map(({ id }) => id));
      },
    ),
    { numRuns: 25 },
  );
});

it("gives a log of a long outage a page at a time", () => {
  const folder = fresh();
  const log = fileFactLog(folder, "a", never);
  for (let i = 0; i < 20_000; i++) log.add("r1.1", i, { ...body, commandId: "x".repeat(200) });
  for (const from of [0, 1, 9_999, 19_000]) {
    const page = log.after(from) ?? [];
    expect(page[0]?.id).toBe(from + 1);
    expect(page.length).toBeLessThan(300);
  }
  expect(log.after(20_000)).toEqual([]);
  log.close();
  const [left] = leftFactLogs(folder);
  const [first] = left?.facts ?? [];
  expect(first?.id).toBe(1);
});
