/** Somebody holds a table of PostgreSQL locked, or floods STOP: what was asked for meanwhile moves nothing late, and STOP and inhibit go past it. */
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { AreaView, CommandView } from "../../src/contract/aisles.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import type { CreatedToken } from "../../src/contract/people.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { openGatewayProcess, pause, type TestGateway, until } from "../support/gateway-process.ts";
import { moveUntil } from "../support/move-until.ts";

const { postgresMissing } = inject("databasePlaces");
const areaKey = "r1.1";
/** S15 gives a wish two seconds; the lock lasts longer than any of them. */
const lockedMs = 6_000;
const lateMs = 5_000;
const floodStops = 2_000;
const floodAtOnce = 16;
/** 26 s before repeats were merged; a loaded machine may take a few. */
const inhibitMsMax = 12_000;

describe.skipIf(postgresMissing !== null)(
  `beside the gateway's back${postgresMissing ? ` (SKIPPED: ${postgresMissing})` : ""}`,
  () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await openGatewayProcess("postgres");
    }, 300_000);
    afterAll(() => gateway?.dispose(), 60_000);

    const onArea = (verb: string, body: object = {}) => gateway.ask("POST", `/api/v1/areas/${areaKey}/${verb}`, body);
    const places = async () => JSON.stringify((await gateway.twin.area(areaKey)).positionsMm);
    const view = () => gateway.call<AreaView>("GET", `/api/v1/areas/${areaKey}`);
    const open = (aisle: number) =>
      moveUntil(gateway, { areaKey, may: `open:${aisle}`, openAisle: aisle }, () => onArea("open", { aisle }));

    it("the commands table is locked: open is pressed, then STOP, then the panel's reset, and nothing moves afterwards", async () => {
      await open(1);
      const before = await places();
      const direct = await openDatabase({ ...(gateway.store.place as { url: string }), connectionsMax: 1 });
      let asked: ReturnType<typeof onArea> | null = null;
      let isAnswered = false;
      await direct.sql.begin(async (tx) => {
        await tx`LOCK TABLE commands IN ACCESS EXCLUSIVE MODE`;
        asked = onArea("open", { aisle: 2 });
        void asked.then(() => {
          isAnswered = true;
        });
        await pause(1_000);
        expect((await onArea("stop")).status).toBe(202);
        await until("the controller shows STOP", async () => {
          const { controller } = await gateway.twin.area(areaKey);
          return controller.activity === "stopped";
        });
        await pause(500);
        await gateway.twin.tell({ do: "key", area: areaKey, key: "reset" });
        await pause(lockedMs);
        const waiting = await tx`SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted`;
        // Where nobody waits for the table, this proves nothing.
        expect(isAnswered || waiting[0]?.n > 0).toBe(true);
      });
      await direct.close();
      const answer = await (asked as unknown as ReturnType<typeof onArea>);
      expect([answer.status, (answer.body as { code: string }).code]).toEqual([409, "request-too-old"]);
      await pause(lateMs);
      expect(await places()).toBe(before);
      const { items: rows } = await gateway.call<{ items: JournalRow[] }>(
        "GET",
        "/api/v1/journal?chain=room:r1&limit=500",
      );
      expect(rows.filter(({ kind, body }) => kind === "aisle.decided" && body.code === "request-too-old")).toHaveLength(
        1,
      );
      await open(2);
    }, 240_000);

    it("two thousand STOPs from a token: each is taken, the journal has few rows, and an inhibit does not wait behind them", async () => {
      const made = await gateway.call<CreatedToken>("POST", "/api/v1/tokens", { name: "flood", roles: ["auditor"] });
      const authorization = `Bearer ${made.secret}`;
      const startMs = performance.now();
      const statuses = new Map<number, number>();
      let left = floodStops;
      let inhibitedMs = Number.POSITIVE_INFINITY;
      const presses = Array.from({ length: floodAtOnce }, async () => {
        while (left-- > 0) {
          const { status } = await gateway.ask("POST", `/api/v1/areas/${areaKey}/stop`, {}, { authorization });
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      });
      const inhibiting = (async () => {
        await until("the flood is on", () => left < floodStops - 10 * floodAtOnce);
        const fromMs = performance.now();
        // A STOP takes what waits for the line away, an inhibit too: that is told at once, and whoever asked asks again.
        await until("an inhibit is done", async () => {
          const { status, body } = await onArea("inhibit");
          expect(status).toBe(202);
          const path = `/api/v1/commands/${(body as CommandView).id}`;
          const settled = await until("it is settled", async () => {
            const now = await gateway.call<CommandView>("GET", path);
            return now.settledAtMs !== null && now;
          });
          return settled.state === "done";
        });
        expect((await gateway.twin.area(areaKey)).controller.interlocks.inhibited).toBe(true);
        inhibitedMs = performance.now() - fromMs;
      })();
      await Promise.all([...presses, inhibiting]);
      const seconds = (performance.now() - startMs) / 1000;
      expect([...statuses]).toEqual([[202, floodStops]]);
      expect(inhibitedMs).toBeLessThan(inhibitMsMax);
      const stops = await until("all are told", async () => {
        const rows = await allRows("room:r1");
        const ours = rows.filter(({ kind, actor }) => kind === "area.stopped" && actor === `system:${made.id}`);
        const told = ours.reduce((sum, { body }) => sum + ((body.times as number | undefined) ?? 1), 0);
        return told === floodStops && ours;
      });
      expect(stops.length).toBeLessThanOrEqual(seconds + 3);
      expect((await view()).interlocks).toContain("inhibited");
    }, 300_000);

    async function allRows(chain: string): Promise<JournalRow[]> {
      const rows: JournalRow[] = [];
      for (;;) {
        const after = rows.at(-1)?.revision ?? 0;
        const path = `/api/v1/journal?chain=${chain}&after=${after}&limit=500`;
        const page = await gateway.call<{ items: JournalRow[] }>("GET", path);
        if (page.items.length === 0) return rows;
        rows.push(...page.items);
      }
    }
  },
);
