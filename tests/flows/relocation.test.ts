/** 批量移位 from the preview to the way back: promises that hold, moves that count only when scanned or heard. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { putBox as putInTwin, takeBox as takeInTwin } from "../../simulators/room/boxes.ts";
import { demoLayout } from "../../simulators/test-twin.ts";
import { catalogueRoutes } from "../../src/catalogue/routes.ts";
import type { RelocationDetail, RelocationMove, RelocationPreview } from "../../src/contract/relocation.ts";
import { relocationRoutes } from "../../src/relocation/routes.ts";
import { testDatabases } from "../support/database.ts";
import { importCsv } from "../support/import-csv.ts";
import { boxesOf, openTwinContext, type TwinContext } from "../support/twin-context.ts";

const fromLayer = "r1.1.1B.1.1";
const listed = boxesOf(fromLayer).map((box) => box.barcode);
const body = {
  roomId: "r1",
  name: "销户移库",
  reason: "销户",
  select: { barcodes: listed },
  target: { areaKey: "r1.2", columns: [1] },
};

for (const { engine, skipped } of testDatabases()) {
  describe.skipIf(skipped !== null)(`relocating (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`, () => {
    let test: TwinContext;
    beforeAll(async () => {
      test = await openTwinContext(engine, (app, { context, ports }) => {
        catalogueRoutes(app, { context });
        relocationRoutes(app, { context, readers: ports.readers });
      });
    }, 120_000);
    afterAll(() => test?.close());

    async function ask(
      path: string,
      payload?: object,
    ): Promise<{ status: number; body: { code?: string } & RelocationDetail }> {
      const method = payload ? "POST" : "GET";
      const answer = await test.pump(
        Promise.resolve(
          test.app.inject({
            method,
            url: `/api/v1${path}`,
            headers: test.as("supervisor"),
            ...(payload ? { payload } : {}),
          }),
        ),
      );
      return { status: answer.statusCode, body: answer.json() };
    }
    async function done<T = RelocationDetail>(path: string, payload?: object): Promise<T> {
      const answer = await ask(path, payload);
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
      return answer.body as T;
    }
    async function refused(path: string, payload: object): Promise<string> {
      const before = await picture();
      const answer = await ask(path, payload);
      expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(400);
      expect(await picture()).toEqual(before);
      return answer.body.code ?? "";
    }
    const rows = async (query: ReturnType<typeof sql>) => [...(await test.context.db.execute(query))];
    async function picture(): Promise<unknown> {
      return {
        boxes: await rows(sql`SELECT * FROM boxes ORDER BY id`),
        reservations: await rows(sql`SELECT * FROM reservations ORDER BY slot_id`),
        relocations: await rows(sql`SELECT * FROM relocations ORDER BY id`),
        moves: await rows(sql`SELECT * FROM relocation_moves ORDER BY relocation_id, no`),
        heads: await rows(sql`SELECT * FROM chain_heads ORDER BY chain`),
      };
    }
    const reservedSlots = async () =>
      (await rows(sql`SELECT slot_id FROM reservations ORDER BY slot_id`)).map((row) => row.slot_id);
    const placeOf = async (boxId: string) =>
      (await rows(sql`SELECT place, current_slot_id AS slot, home_slot_id AS home FROM boxes WHERE id = ${boxId}`))[0];
    const inTwin = {
      take: (move: RelocationMove) =>
        expect(takeInTwin(test.twin.room.boxes, demoLayout, move.epc ?? "", "wang")).toBeNull(),
      put: (move: RelocationMove) =>
        expect(putInTwin(test.twin.room.boxes, demoLayout, move.epc ?? "", move.toSlotId)).toBeNull(),
    };
    const byScan = async (id: string, move: RelocationMove) => {
      await done(`/relocations/${id}/moves/${move.no}/pick`, { scannedBarcode: move.barcode });
      await done(`/relocations/${id}/moves/${move.no}/put`, { scannedLocationCode: move.toCode });
    };

    let plan: RelocationDetail;
    let steps: string;
    const move = (no: number) => plan.moves[no - 1] as RelocationMove;

    it("previews without writing, and plans exactly what it previewed", async () => {
      const before = await picture();
      const preview = await done<RelocationPreview>("/relocations/preview", body);
      expect(await picture()).toEqual(before);
      expect(preview.moves.map((one) => one.barcode).sort()).toEqual([...listed].sort());
      expect(preview.collisions).toEqual([]);
      expect(preview.aisleOpenings).toBe(2);
      expect(preview.fillAfter).toBeGreaterThan(preview.fillBefore);
      plan = await done("/relocations", body);
      steps = `/relocations/${plan.id}`;
      const where = (moves: readonly RelocationMove[]) =>
        moves.map(({ no, boxId, fromSlotId, toSlotId }) => ({ no, boxId, fromSlotId, toSlotId }));
      expect(where(plan.moves)).toEqual(where(preview.moves));
      for (const one of plan.moves) {
        const slot = demoLayout.slotById.get(one.toSlotId);
        expect(slot?.widthMm).toBeGreaterThanOrEqual(one.thicknessMm);
        expect(one).toMatchObject({ fromAreaKey: "r1.1", toAreaKey: "r1.2", state: "planned" });
      }
    });

    it("keeps its targets from everybody else", async () => {
      const other = test.idOf(boxesOf("r1.1.1B.2.1")[0]?.barcode ?? "");
      expect(await refused(`/boxes/${other}/place`, { locationCode: move(1).toCode, reason: "r" })).toBe(
        "slot-reserved",
      );
      const view = await importCsv(test.context, ["盒条码", "盒厚(mm)", "架位编码"], [["NEW-1", 30, move(1).toCode]]);
      expect(view).toMatchObject({ rowsRefused: 1, summary: { firstFaults: [{ code: "slot-reserved" }] } });
      const again = await done<RelocationPreview>("/relocations/preview", body);
      expect(again.moves).toEqual([]);
      expect(again.collisions.map((one) => one.code)).toEqual(listed.map(() => "relocation-in-plan"));
      expect(await refused("/relocations", body)).toBe("relocation-empty");
      const others = { ...body, select: { barcodes: boxesOf("r1.1.1B.2.1").map((box) => box.barcode) } };
      const beside = await done("/relocations", others);
      const targets = new Set(plan.moves.map((one) => one.toSlotId));
      expect(beside.moves.filter((one) => targets.has(one.toSlotId))).toEqual([]);
      await done(`/relocations/${beside.id}/cancel`, {});
      expect(await reservedSlots()).toEqual([...targets].sort());
    });

    it("moves nothing before the start, and counts nothing that was neither scanned nor heard", async () => {
      expect(await refused(`${steps}/moves/1/pick`, { scannedBarcode: move(1).barcode })).toBe(
        "relocation-not-possible",
      );
      await done(`${steps}/start`, {});
      // It still stands there, and its layer hears it.
      expect(await refused(`${steps}/moves/1/pick`, {})).toBe("move-not-verified");
      inTwin.take(move(1));
      const picked = await done(`${steps}/moves/1/pick`, {});
      expect(picked).toMatchObject({ state: "running", movesPicked: 1 });
      expect(picked.moves[0]).toMatchObject({
        state: "picked",
        evidence: { pick: { by: "radio", layerId: fromLayer, roundsAnswered: 0 } },
      });
      expect(await placeOf(move(1).boxId)).toMatchObject({ place: "transit", slot: null });
      // In the hands of somebody: the target's layer does not hear it yet.
      expect(await refused(`${steps}/moves/1/put`, {})).toBe("move-not-verified");
      inTwin.put(move(1));
      const put = await done(`${steps}/moves/1/put`, {});
      expect(put.moves[0]).toMatchObject({
        state: "placed",
        evidence: { pick: { by: "radio" }, put: { by: "radio", roundsHealthy: 5 } },
      });
      expect(await placeOf(move(1).boxId)).toEqual({ place: "slot", slot: move(1).toSlotId, home: move(1).toSlotId });
      expect(await reservedSlots()).not.toContain(move(1).toSlotId);
    });

    it("takes the silence of a dead antenna for nothing", async () => {
      const antenna = demoLayout.layerById.get(fromLayer)?.antenna;
      test.twin.readers.get("rd-101")?.missingPorts.add(antenna?.port ?? 0);
      expect(await refused(`${steps}/moves/2/pick`, {})).toBe("move-not-verified");
      test.twin.readers.get("rd-101")?.missingPorts.clear();
    });

    it("goes by scans, and refuses a scan of the wrong box or the wrong slot", async () => {
      expect(await refused(`${steps}/moves/2/pick`, { scannedBarcode: move(3).barcode })).toBe("move-wrong-box");
      expect(await refused(`${steps}/moves/2/pick`, { scannedEpc: move(3).epc })).toBe("move-wrong-box");
      const picked = await done(`${steps}/moves/2/pick`, { scannedEpc: move(2).epc?.toLowerCase() });
      expect(picked.moves[1]?.evidence).toMatchObject({ pick: { by: "box-scan" } });
      // Said twice it is the same pick.
      const heads = await rows(sql`SELECT * FROM chain_heads`);
      await done(`${steps}/moves/2/pick`, { scannedBarcode: move(2).barcode });
      expect(await rows(sql`SELECT * FROM chain_heads`)).toEqual(heads);
      expect(await refused(`${steps}/moves/2/put`, { scannedLocationCode: move(3).toCode })).toBe("slot-scan-differs");
      const put = await done(`${steps}/moves/2/put`, { scannedLocationCode: move(2).toCode.toLowerCase() });
      expect(put.moves[1]).toMatchObject({
        state: "placed",
        evidence: { put: { by: "slot-scan", scanned: move(2).toCode } },
      });
    });

    it("rests while paused, and is not cancelled with a box in somebody's hands", async () => {
      await done(`${steps}/pause`, {});
      expect(await refused(`${steps}/moves/3/pick`, { scannedBarcode: move(3).barcode })).toBe(
        "relocation-not-possible",
      );
      expect(await refused(`${steps}/pause`, {})).toBe("relocation-not-possible");
      await done(`${steps}/resume`, {});
      await done(`${steps}/moves/3/pick`, { scannedBarcode: move(3).barcode });
      expect(await refused(`${steps}/cancel`, {})).toBe("relocation-box-in-hand");
    });

    it("leaves a box out, from the shelf or from the cart, and frees its target", async () => {
      const back = await done(`${steps}/moves/3/skip`, { reason: "盒坏了" });
      expect(back.moves[2]).toMatchObject({ state: "skipped", skipReason: "盒坏了" });
      expect(await placeOf(move(3).boxId)).toEqual({
        place: "slot",
        slot: move(3).fromSlotId,
        home: move(3).fromSlotId,
      });
      await done(`${steps}/moves/4/skip`, { reason: "不在" });
      const reserved = await reservedSlots();
      expect(reserved).toEqual([move(5).toSlotId, move(6).toSlotId].sort());
      expect(await refused(`${steps}/moves/1/skip`, { reason: "r" })).toBe("relocation-not-possible");
    });

    it("sees that a box is not where the plan has it", async () => {
      const { locationCode } = demoLayout.slotById.get("r1.1.1B.3.1.20") ?? { locationCode: "" };
      await done(`/boxes/${move(5).boxId}/place`, { locationCode, reason: "放错" });
      expect(await refused(`${steps}/moves/5/pick`, { scannedBarcode: move(5).barcode })).toBe(
        "relocation-box-elsewhere",
      );
      await done(`/boxes/${move(5).boxId}/place`, { locationCode: move(5).fromCode, reason: "放回" });
    });

    it("ends with its last box", async () => {
      await byScan(plan.id, move(5));
      await byScan(plan.id, move(6));
      expect(await done(steps)).toMatchObject({ state: "done", movesPlaced: 4, movesSkipped: 2, movesPicked: 0 });
      expect(await reservedSlots()).toEqual([]);
      expect(await refused(`${steps}/cancel`, {})).toBe("relocation-not-possible");
      expect(test.rows.filter((row) => row.kind === "relocation.ended").at(-1)?.body).toMatchObject({
        relocationId: plan.id,
        state: "done",
      });
    });

    it("goes back as the reverse plan, without the boxes whose way is gone", async () => {
      // One box went on elsewhere; the old slot of another is taken; that of a third is promised.
      const onward = demoLayout.slotById.get("r1.1.1B.3.2.20");
      await done(`/boxes/${move(1).boxId}/place`, { locationCode: onward?.locationCode, reason: "r" });
      await done("/boxes", { barcode: "NEW-2", thicknessMm: 30, locationCode: move(2).fromCode });
      const promised = await done<{ id: string }>("/boxes", { barcode: "NEW-3", thicknessMm: 30 });
      const untilMs = test.clock.nowMs() + 3_600_000;
      await rows(
        sql`INSERT INTO reservations VALUES (${move(5).fromSlotId}, ${promised.id}, 'relocation', NULL, ${untilMs})`,
      );
      const back = await done(`${steps}/undo`, { reason: "改主意" });
      expect(back).toMatchObject({ undoOf: plan.id, state: "planned" });
      expect(back.moves.map(({ boxId, fromSlotId, toSlotId }) => ({ boxId, fromSlotId, toSlotId }))).toEqual([
        { boxId: move(6).boxId, fromSlotId: move(6).toSlotId, toSlotId: move(6).fromSlotId },
      ]);
      expect(await rows(sql`SELECT box_id FROM reservations WHERE slot_id = ${move(5).fromSlotId}`)).toEqual([
        { box_id: promised.id },
      ]);
      await done(`/relocations/${back.id}/start`, {});
      await byScan(back.id, back.moves[0] as RelocationMove);
      expect(await placeOf(move(6).boxId)).toEqual({
        place: "slot",
        slot: move(6).fromSlotId,
        home: move(6).fromSlotId,
      });
      expect(await done(`/relocations/${back.id}`)).toMatchObject({ state: "done" });
      expect(await refused(`${steps}/undo`, { reason: "r" })).toBe("relocation-empty");
    });

    it("does not take a slot back that somebody else was promised while it lay", async () => {
      const late = await done("/relocations", {
        ...body,
        select: { barcodes: boxesOf("r1.1.1B.2.2").map((box) => box.barcode) },
      });
      await done(`/relocations/${late.id}/start`, {});
      await done(`/relocations/${late.id}/pause`, {});
      test.clock.advance(8 * 24 * 3_600_000);
      const taken = late.moves[0] as RelocationMove;
      const other = await done<{ id: string }>("/boxes", { barcode: "NEW-4", thicknessMm: 30 });
      const untilMs = test.clock.nowMs() + 3_600_000;
      await rows(
        sql`UPDATE reservations SET box_id = ${other.id}, relocation_id = NULL, expires_at_ms = ${untilMs} WHERE slot_id = ${taken.toSlotId}`,
      );
      expect(await refused(`/relocations/${late.id}/resume`, {})).toBe("slot-reserved");
      await done(`/relocations/${late.id}/moves/${taken.no}/skip`, { reason: "架位已另有安排" });
      await done(`/relocations/${late.id}/resume`, {});
      const mine = late.moves.slice(1).map((one) => one.toSlotId);
      expect(await reservedSlots()).toEqual(expect.arrayContaining([...mine, taken.toSlotId]));
    }, 60_000);

    it("chooses by what the records say, and keeps a box with one active customer where it is", async () => {
      const closed = { ...body, select: { recordState: "closed", fromAreaKey: "r1.1" } };
      const preview = await done<RelocationPreview>("/relocations/preview", closed);
      const barcode = preview.moves[0]?.barcode ?? "";
      expect(barcode).not.toBe("");
      await importCsv(
        test.context,
        ["档案号", "户号", "户名", "状态", "盒条码"],
        [["DA-second", "3200000", "在用户", "在用", barcode]],
      );
      const again = await done<RelocationPreview>("/relocations/preview", closed);
      expect(again.moves.map((one) => one.barcode)).toEqual(
        preview.moves.map((one) => one.barcode).filter((one) => one !== barcode),
      );
    });
  });
}
