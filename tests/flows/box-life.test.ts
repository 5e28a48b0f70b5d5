/** What a box's life holds beside being moved: another home, and its end. On every database here. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalogueRoutes } from "../../src/catalogue/routes.ts";
import type { BoxDetail, SearchPage } from "../../src/contract/catalogue.ts";
import { lookupRoutes } from "../../src/lookup/routes.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { openContext, type TestContext } from "../support/context-server.ts";
import { testDatabases } from "../support/database.ts";
import { importCsv } from "../support/import-csv.ts";

const wide = "1-01-B-01-01-11";
const alsoWide = "1-01-B-01-01-12";
const narrow = "1-01-B-01-01-01";
const epc = "331400A52C0030D400000001";

describe.each(testDatabases().filter(({ skipped }) => skipped === null))("a box's life ($engine)", ({ engine }) => {
  let test: TestContext;
  beforeAll(async () => {
    test = await openContext(engine, {
      features: [(app, context) => catalogueRoutes(app, { context }), (app, context) => lookupRoutes(app, { context })],
    });
    await loadSite(test.context);
  }, 120_000);
  afterAll(() => test?.close());

  const ask = (method: "POST" | "PUT" | "GET", url: string, payload?: object) =>
    test.app.inject({ method, url: `/api/v1${url}`, headers: test.as("supervisor"), ...(payload ? { payload } : {}) });
  async function done<T>(...args: Parameters<typeof ask>): Promise<T> {
    const answer = await ask(...args);
    expect(answer.statusCode, answer.body).toBeLessThan(300);
    return answer.json();
  }
  const created = (barcode: string, locationCode: string, more: object = {}) =>
    done<BoxDetail>("POST", "/boxes", { barcode, thicknessMm: 50, locationCode, ...more });
  const story = (boxId: string) => test.rows.filter(({ subject }) => subject === `box:${boxId}`);

  it("is given another home without being moved; a home that is another's or too narrow is refused", async () => {
    const box = await created("HOME-1", wide);
    const other = await created("HOME-2", alsoWide);
    const home = (locationCode: string) => ask("PUT", `/boxes/${box.id}/home`, { locationCode, reason: "调整" });
    expect((await home(alsoWide)).json()).toMatchObject({ status: 409, code: "home-taken" });
    expect((await home(narrow)).json()).toMatchObject({ status: 409, code: "box-too-thick" });
    expect((await home("9-9")).json()).toMatchObject({ status: 404, code: "slot-unknown" });
    const free = "1-01-B-01-01-13";
    expect((await home(free)).json()).toMatchObject({ homeLocationCode: free, place: { locationCode: wide } });
    expect(story(box.id).at(-1)).toMatchObject({
      kind: "box.home-changed",
      reason: "调整",
      body: { toCode: free, locationCode: wide, version: box.version + 1 },
    });
    // Asked again, nothing happens: the same home is no change.
    const rows = test.rows.length;
    expect((await home(free)).statusCode).toBe(200);
    expect(test.rows).toHaveLength(rows);
    expect((await done<BoxDetail>("GET", `/boxes/${other.id}`)).homeLocationCode).toBe(alsoWide);
  });

  it("is withdrawn: its slot and tag are free, its history stays, nothing more happens to it", async () => {
    const place = "1-01-B-01-02-11";
    const box = await created("GONE-1", place, { epc });
    const gone = await done<BoxDetail>("POST", `/boxes/${box.id}/withdraw`, { reason: "破损销毁" });
    expect(gone).toMatchObject({ epc: null, place: { kind: "unknown", locationCode: null } });
    expect(gone.withdrawnAtMs).toBe(test.clock.nowMs());
    expect(story(box.id).map(({ kind }) => kind)).toEqual([
      "box.created",
      "tag.bound",
      "box.placed",
      "tag.unbound",
      "box.withdrawn",
    ]);
    const again = await ask("POST", `/boxes/${box.id}/withdraw`, { reason: "r" });
    expect(again.json()).toMatchObject({ status: 409, code: "box-withdrawn" });
    const placed = await ask("POST", `/boxes/${box.id}/place`, { locationCode: place, reason: "r" });
    expect(placed.json()).toMatchObject({ code: "box-withdrawn" });
    const next = await created("NEXT-1", place, { epc });
    expect(next).toMatchObject({ epc, place: { locationCode: place } });
    const found = await done<SearchPage>("GET", "/search?q=GONE-1");
    expect(found.items.map(({ box }) => box?.withdrawnAtMs)).toEqual([gone.withdrawnAtMs]);
  });

  it("is not withdrawn while somebody has it, or while records are in it", async () => {
    const box = await created("HELD-1", "1-01-B-01-03-11");
    const withdraw = () => ask("POST", `/boxes/${box.id}/withdraw`, { reason: "r" });
    const { person } = await test.signedIn(["archivist"]);
    await done("POST", `/boxes/${box.id}/take`, { holderId: person.id, reason: "查阅" });
    expect((await withdraw()).json()).toMatchObject({ code: "box-on-loan" });
    await done("POST", `/boxes/${box.id}/return`, {});
    const records = (barcode: string) =>
      importCsv(
        test.context,
        ["recordNo", "customerNo", "name", "barcode"],
        [[`DA-${barcode}`, "3200", "某户", barcode]],
      );
    expect(await records("HELD-1")).toMatchObject({ rowsRefused: 0 });
    expect((await withdraw()).json()).toMatchObject({ status: 409, code: "box-holds-records" });
    // Nor are records put into one that is no more.
    expect(await records("GONE-1")).toMatchObject({ rowsRefused: 1 });
  });
});
