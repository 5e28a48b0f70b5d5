/** Taking, returning and putting away: what is refused leaves nothing behind, and the database refuses by itself what no verb may do. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalogueRoutes } from "../../src/catalogue/routes.ts";
import type { BoxDetail, LoanView } from "../../src/contract/catalogue.ts";
import type { List } from "../../src/contract/lists.ts";
import { change } from "../../src/journal/change.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { openContext, type TestContext } from "../support/context-server.ts";
import { testDatabases } from "../support/database.ts";

/** Slot 1 of a demo layer is 35 mm wide, slot 11 is 52 mm. */
const narrow = "1-01-B-01-01-01";
const wide = "1-01-B-01-01-11";
const free = "1-02-A-01-01-01";
const alsoFree = "1-02-A-01-01-02";

for (const { engine, skipped } of testDatabases()) {
  describe.skipIf(skipped !== null)(`placing (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`, () => {
    let test: TestContext;
    let holder: string;
    /** Thin, thick and lent; reserved is promised alsoFree. */
    let thin: BoxDetail;
    let thick: BoxDetail;
    let lent: BoxDetail;
    let promised: BoxDetail;

    beforeAll(async () => {
      test = await openContext(engine, { features: [(app, context) => catalogueRoutes(app, { context })] });
      await loadSite(test.context);
      holder = (await test.signedIn(["archivist"], "holder")).person.id;
      thin = await created("GW-1", 30, narrow, "331400A52C0030D400000001");
      thick = await created("GW-2", 50, wide, "331400A52C0030D400000002");
      lent = await created("GW-3", 30, free, "331400A52C0030D400000003");
      promised = await created("GW-4", 30, "1-02-A-01-01-03");
      await done("POST", `/api/v1/boxes/${lent.id}/take`, { holderId: holder, reason: "查阅" });
      const slotId = test.context.layout.slotByCode.get(alsoFree)?.id;
      const expiresAtMs = test.clock.nowMs() + 60_000;
      await test.context.db.execute(
        sql`INSERT INTO reservations VALUES (${slotId}, ${promised.id}, 'relocation', NULL, ${expiresAtMs})`,
      );
    }, 120_000);
    afterAll(() => test?.close());

    const ask = (method: "POST" | "PUT" | "GET", url: string, payload?: object) =>
      test.app.inject({ method, url, headers: test.as("supervisor"), ...(payload ? { payload } : {}) });
    async function done<T>(method: "POST" | "PUT" | "GET", url: string, payload?: object): Promise<T> {
      const answer = await ask(method, url, payload);
      expect(answer.statusCode, answer.body).toBeLessThan(300);
      return answer.json();
    }
    const created = (barcode: string, thicknessMm: number, locationCode: string, epc?: string) =>
      done<BoxDetail>("POST", "/api/v1/boxes", { barcode, thicknessMm, locationCode, ...(epc ? { epc } : {}) });
    const rows = async (query: ReturnType<typeof sql>) => [...(await test.context.db.execute(query))];

    /** Everything that a refusal must not touch. */
    async function picture(): Promise<unknown> {
      return {
        boxes: await rows(sql`SELECT * FROM boxes ORDER BY id`),
        tags: await rows(sql`SELECT * FROM tags ORDER BY id`),
        loans: await rows(sql`SELECT * FROM loans ORDER BY id`),
        reservations: await rows(sql`SELECT * FROM reservations ORDER BY slot_id`),
        heads: await rows(sql`SELECT * FROM chain_heads ORDER BY chain`),
        published: test.rows.length,
      };
    }

    it("tells a fresh installation how far it is on its way to the first box found", async () => {
      const way = () => done("GET", "/api/v1/first-box");
      const known = { slots: 6_400, box: { id: thin.id, barcode: "GW-1" }, hasTag: true, isPlaced: true };
      // The archivist of this test has no password: nobody can sign in to put a box away.
      expect(await way()).toEqual({ ...known, hasStaff: false, isShown: false });
      await test.context.db.execute(sql`UPDATE people SET password_hash = 'x' WHERE id = ${holder}`);
      expect(await way()).toEqual({ ...known, hasStaff: true, isShown: false });
      await change(test.context, async (_tx, { note }) => {
        note({ chain: "room:r1", actor: "gateway", kind: "slot.lit", subject: `box:${thin.id}`, body: {} });
      });
      expect(await way()).toEqual({ ...known, hasStaff: true, isShown: true });
    });

    it("refuses with the reason, and leaves no trace", async () => {
      const before = await picture();
      const cases: [string, "POST" | "PUT", string, object, number, string][] = [
        ["slot taken", "POST", `/boxes/${thin.id}/place`, { locationCode: wide, reason: "r" }, 409, "slot-taken"],
        ["too thick", "POST", `/boxes/${thick.id}/place`, { locationCode: free, reason: "r" }, 409, "box-too-thick"],
        ["reserved", "POST", `/boxes/${thin.id}/place`, { locationCode: alsoFree, reason: "r" }, 409, "slot-reserved"],
        ["no such slot", "POST", `/boxes/${thin.id}/place`, { locationCode: "9-9", reason: "r" }, 404, "slot-unknown"],
        [
          "wrong slot scanned",
          "POST",
          `/boxes/${thin.id}/place`,
          { locationCode: free, scannedLocationCode: wide, reason: "r" },
          409,
          "slot-scan-differs",
        ],
        ["lent, put away", "POST", `/boxes/${lent.id}/place`, { locationCode: free, reason: "r" }, 409, "box-on-loan"],
        ["lent, lent again", "POST", `/boxes/${lent.id}/take`, { holderId: holder, reason: "r" }, 409, "box-on-loan"],
        [
          "nobody to lend to",
          "POST",
          `/boxes/${thin.id}/take`,
          { holderId: "nobody", reason: "r" },
          404,
          "person-unknown",
        ],
        ["not lent, returned", "POST", `/boxes/${thin.id}/return`, {}, 409, "box-not-on-loan"],
        ["returned to a taken slot", "POST", `/boxes/${lent.id}/return`, { locationCode: wide }, 409, "slot-taken"],
        [
          "returned to a promised slot",
          "POST",
          `/boxes/${lent.id}/return`,
          { locationCode: alsoFree },
          409,
          "slot-reserved",
        ],
        ["no such box", "POST", "/boxes/nothing/take", { holderId: holder, reason: "r" }, 404, "box-unknown"],
        ["another box's tag", "PUT", `/boxes/${thin.id}/tag`, { epc: "331400a52c0030d400000002" }, 409, "tag-taken"],
        ["barcode again", "POST", "/boxes", { barcode: "GW-1", thicknessMm: 30 }, 409, "box-barcode-taken"],
        [
          "new box, slot taken",
          "POST",
          "/boxes",
          { barcode: "GW-9", thicknessMm: 30, locationCode: wide, epc: "AAAA0009" },
          409,
          "slot-taken",
        ],
        [
          "new box, tag taken",
          "POST",
          "/boxes",
          { barcode: "GW-9", thicknessMm: 30, epc: "331400A52C0030D400000001" },
          409,
          "tag-taken",
        ],
        [
          "new box, too thick",
          "POST",
          "/boxes",
          { barcode: "GW-9", thicknessMm: 60, locationCode: free },
          409,
          "box-too-thick",
        ],
        ["no reason given", "POST", `/boxes/${thin.id}/take`, { holderId: holder }, 400, "bad-input"],
      ];
      for (const [name, method, path, body, status, code] of cases) {
        const answer = await ask(method, `/api/v1${path}`, body);
        expect([name, answer.statusCode, answer.json().code]).toEqual([name, status, code]);
        expect(await picture(), name).toEqual(before);
      }
    });

    it("lets one of many have a slot, a box or a tag that all want at once", async () => {
      const many = await Promise.all(
        Array.from({ length: 6 }, (_, i) =>
          done<BoxDetail>("POST", "/api/v1/boxes", { barcode: `R-${i}`, thicknessMm: 30 }),
        ),
      );
      const slot = "1-03-A-01-01-01";
      const placed = await Promise.all(
        many.map((box) => ask("POST", `/api/v1/boxes/${box.id}/place`, { locationCode: slot, reason: "r" })),
      );
      expect(placed.map((one) => one.statusCode).sort()).toEqual([200, 409, 409, 409, 409, 409]);
      expect(placed.filter((one) => one.statusCode === 409).map((one) => one.json().code)).toEqual(
        Array(5).fill("slot-taken"),
      );
      const tagged = await Promise.all(
        many.map((box) => ask("PUT", `/api/v1/boxes/${box.id}/tag`, { epc: "BBBB0001" })),
      );
      expect(tagged.map((one) => one.statusCode).sort()).toEqual([200, 409, 409, 409, 409, 409]);
      expect(tagged.filter((one) => one.statusCode === 409).map((one) => one.json().code)).toEqual(
        Array(5).fill("tag-taken"),
      );
      const taken = await Promise.all(
        many.map(() => ask("POST", `/api/v1/boxes/${many[0]?.id}/take`, { holderId: holder, reason: "r" })),
      );
      expect(taken.map((one) => one.statusCode).sort()).toEqual([200, 409, 409, 409, 409, 409]);
      expect(taken.filter((one) => one.statusCode === 409).map((one) => one.json().code)).toEqual(
        Array(5).fill("box-on-loan"),
      );
      const places = await rows(
        sql`SELECT place, count(*)::int AS n FROM boxes WHERE barcode LIKE 'R-%' GROUP BY place ORDER BY place`,
      );
      const standing = placed.findIndex((one) => one.statusCode === 200);
      expect(places).toEqual(
        standing === 0
          ? [
              { place: "person", n: 1 },
              { place: "unknown", n: 5 },
            ]
          : [
              { place: "person", n: 1 },
              { place: "slot", n: 1 },
              { place: "unknown", n: 4 },
            ],
      );
    });

    it("lends, returns home or elsewhere, and tells the story with actor, reason and place", async () => {
      await done("POST", `/api/v1/boxes/${thick.id}/take`, { holderId: holder, reason: "诉讼查档" });
      const { items: held } = await done<List<LoanView>>("GET", "/api/v1/loans");
      expect(held).toEqual(
        expect.arrayContaining([expect.objectContaining({ boxId: thick.id, reason: "诉讼查档", returnedAtMs: null })]),
      );
      test.clock.advance(1_000);
      const home = await done<BoxDetail>("POST", `/api/v1/boxes/${thick.id}/return`, {});
      expect(home.place).toMatchObject({ kind: "slot", locationCode: wide, holder: null });
      await done("POST", `/api/v1/boxes/${thick.id}/take`, { holderId: holder, reason: "again" });
      const elsewhere = "1-04-A-01-01-11";
      const back = await done<BoxDetail>("POST", `/api/v1/boxes/${thick.id}/return`, {
        locationCode: elsewhere.toLowerCase(),
      });
      expect(back).toMatchObject({
        homeLocationCode: wide,
        place: { locationCode: elsewhere, evidence: { by: "slot-scan" } },
      });
      const moved = await done<BoxDetail>("POST", `/api/v1/boxes/${thick.id}/place`, {
        locationCode: wide,
        scannedLocationCode: wide,
        reason: "归位",
      });
      expect(moved.place).toMatchObject({ locationCode: wide, evidence: { by: "slot-scan" } });
      const story = test.rows.filter((row) => row.subject === `box:${thick.id}`);
      expect(story.map((row) => row.kind)).toEqual([
        ...[
          "box.created",
          "tag.bound",
          "box.placed",
          "box.taken",
          "box.returned",
          "box.taken",
          "box.returned",
          "box.placed",
        ],
      ]);
      expect(story.every((row) => row.actor === "system:token-supervisor" && row.chain === "room:r1")).toBe(true);
      expect(story.at(-1)).toMatchObject({
        reason: "归位",
        body: { locationCode: wide, from: { locationCode: elsewhere } },
      });
      const loans = await rows(sql`SELECT returned_at_ms IS NULL AS open FROM loans WHERE box_id = ${thick.id}`);
      expect(loans).toEqual([{ open: false }, { open: false }]);
      const asked = `/api/v1/loans?open=false&q=${thick.barcode}&limit=1`;
      const newest = await done<List<LoanView>>("GET", asked);
      expect(newest.items).toMatchObject([{ boxId: thick.id, reason: "again" }]);
      const older = await done<List<LoanView>>("GET", `${asked}&cursor=${newest.nextCursor}`);
      expect(older).toMatchObject({ items: [{ boxId: thick.id, reason: "诉讼查档" }], nextCursor: null });
      expect(await done<List<LoanView>>("GET", "/api/v1/loans?overdue=true")).toEqual({ items: [], nextCursor: null });
    });

    it("holds a promise only as long as it lasts", async () => {
      test.clock.advance(61_000);
      const placed = await done<BoxDetail>("POST", `/api/v1/boxes/${thin.id}/place`, {
        locationCode: alsoFree,
        reason: "r",
      });
      expect(placed.place.locationCode).toBe(alsoFree);
    });

    describe("the database itself", () => {
      /** SQLSTATE and constraint of what a statement is refused with. */
      async function refusal(statement: ReturnType<typeof sql>): Promise<string> {
        const before = await picture();
        const error = await test.context.db.execute(statement).then(
          () => null,
          (caught: { cause?: { code: string; constraint_name?: string; message: string } }) => caught.cause,
        );
        expect(await picture()).toEqual(before);
        return error ? (error.constraint_name ?? error.message) : "done";
      }
      const slotOf = (code: string) => test.context.layout.slotByCode.get(code)?.id;

      it("refuses a second box in a slot", async () => {
        const [standing] = await rows(
          sql`SELECT current_slot_id, current_slot_width_mm FROM boxes WHERE id = ${thick.id}`,
        );
        expect(
          await refusal(
            sql`UPDATE boxes SET current_slot_id = ${standing?.current_slot_id}, current_slot_width_mm = ${standing?.current_slot_width_mm} WHERE id = ${promised.id}`,
          ),
        ).toBe("boxes_current_slot");
      });

      it("refuses a box thicker than its slot, also when the slot's width is lied about", async () => {
        const slot = slotOf("1-04-A-01-01-01");
        const into = (widthMm: number) =>
          sql`UPDATE boxes SET current_slot_id = ${slot}, current_slot_width_mm = ${widthMm} WHERE id = ${thick.id}`;
        expect(await refusal(into(35))).toBe("boxes_fits");
        expect(await refusal(into(52))).toBe("boxes_current_slot_fk");
        expect(await refusal(sql`UPDATE boxes SET thickness_mm = 53 WHERE id = ${thick.id}`)).toBe("boxes_fits");
        expect(await refusal(sql`UPDATE slots SET width_mm = 40 WHERE id = ${slotOf(wide)}`)).toBe(
          "boxes_current_slot_fk",
        );
        expect(await refusal(sql`UPDATE slots SET offset_mm = 869 WHERE id = ${slot}`)).toBe("slots_inside_layer");
      });

      it("refuses a box in two places or none", async () => {
        const set = (change: ReturnType<typeof sql>) => refusal(sql`UPDATE boxes SET ${change} WHERE id = ${thick.id}`);
        expect(await set(sql`holder_id = ${holder}`)).toBe("boxes_one_place");
        expect(await set(sql`place = 'person', holder_id = ${holder}`)).toBe("boxes_one_place");
        expect(await set(sql`current_slot_id = NULL`)).toMatch(/boxes_one_place|boxes_slot_width_known/);
        expect(await set(sql`place = 'elsewhere'`)).toMatch(/boxes_place|boxes_one_place/);
      });

      it("refuses a tag on two boxes, two tags on a box, two open loans", async () => {
        const tag = (id: string, epc: string, boxId: string) =>
          refusal(sql`INSERT INTO tags VALUES (${id}, ${epc}, ${boxId}, 1, NULL)`);
        expect(await tag("t1", "331400A52C0030D400000002", promised.id)).toBe("tags_one_box");
        expect(await tag("t2", "CCCC0001", thick.id)).toBe("tags_one_tag");
        expect(await refusal(sql`INSERT INTO loans VALUES ('l1', ${lent.id}, ${holder}, 'r', 1, NULL, NULL)`)).toBe(
          "loans_one_open",
        );
      });

      it("refuses a second promise of a slot and a second open move of a box", async () => {
        expect(
          await refusal(sql`INSERT INTO reservations VALUES (${slotOf(alsoFree)}, ${thin.id}, 'r', NULL, 9)`),
        ).toBe("reservations_pkey");
        expect(
          await refusal(sql`INSERT INTO reservations VALUES (${slotOf(free)}, ${promised.id}, 'r', NULL, 9)`),
        ).toBe("reservations_box");
        await rows(sql`INSERT INTO relocations VALUES ('m1', 'r1', 'n', 'running', 'a', 'r', NULL, 1, NULL, '{}')`);
        const move = (no: number) =>
          sql`INSERT INTO relocation_moves VALUES ('m1', ${no}, ${thick.id}, ${slotOf(wide)}, ${slotOf(free)}, 'planned', NULL, NULL, '{}', NULL)`;
        await rows(move(1));
        expect(await refusal(move(2))).toBe("relocation_moves_one_open");
      });

      it("refuses a second open motion of an area", async () => {
        const command = (id: string, verb: string, state: string) =>
          sql`INSERT INTO commands VALUES (${id}, 'r1.1', ${verb}, 1, 1, 1, 0, 1, 'a', NULL, ${state}, NULL, 1, NULL)`;
        await rows(command("c1", "open", "accepted"));
        expect(await refusal(command("c2", "close", "stored"))).toBe("commands_one_open_motion");
        // Settled ones and settings do not count as motion.
        await rows(command("c3", "open", "failed"));
        await rows(command("c4", "inhibit", "stored"));
      });

      it("refuses to change or delete a row of the journal", async () => {
        expect(await refusal(sql`UPDATE journal SET reason = 'better' WHERE revision = 1`)).toMatch(/append-only/);
        expect(await refusal(sql`DELETE FROM journal WHERE revision = 1`)).toMatch(/append-only/);
        expect(await refusal(sql`DELETE FROM journal WHERE false`)).toMatch(/append-only/);
      });
    });
  });
}
