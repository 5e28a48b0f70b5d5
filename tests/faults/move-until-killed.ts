/**
 * A child process of kill-move.test.ts: opens the gateway as the gateway does and moves boxes by the verbs, cart by cart,
 * there and back again, going on from what the database says. A step is printed only after it is acknowledged.
 */
import { randomBytes } from "node:crypto";
import { writeSync } from "node:fs";
import { desc, eq } from "drizzle-orm";
import { systemClock } from "../../src/clock/clock.ts";
import type { Context } from "../../src/context.ts";
import { makeNewId } from "../../src/new-id.ts";
import { pickBox } from "../../src/relocation/pick-box.ts";
import { planRelocation } from "../../src/relocation/plan-relocation.ts";
import { putBox } from "../../src/relocation/put-box.ts";
import { setRelocationState } from "../../src/relocation/set-relocation-state.ts";
import { undoRelocation } from "../../src/relocation/undo-relocation.ts";
import { loadSite } from "../../src/room/load-site.ts";
import { migrate } from "../../src/storage/migrate.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { relocationMoves, relocations } from "../../src/storage/schema/relocation.ts";
import { smallLayout } from "../support/small-site.ts";

const cartMax = 4;
const [place, request, relocationsWanted] = process.argv.slice(2).map((text) => JSON.parse(text));
const say = (line: object) => void writeSync(1, `${JSON.stringify(line)}\n`);

const database = await openDatabase(place);
await migrate(database.sql);
const clock = systemClock();
const newId = makeNewId(clock, () => randomBytes(4).readUInt32BE());
const context: Context = { db: database.db, clock, newId, layout: smallLayout, publish() {} };
await loadSite(context);
const actor = "person:mover";

const sql = database.sql;
say({
  open: true,
  relocations: await sql`SELECT id, state FROM relocations ORDER BY created_at_ms, id`,
  moves: await sql`SELECT relocation_id AS id, no, state FROM relocation_moves ORDER BY relocation_id, no`,
  misplaced: await sql`
    SELECT m.no, m.state, b.place, b.current_slot_id FROM relocation_moves m JOIN boxes b ON b.id = m.box_id
    WHERE (m.state = 'picked' AND b.place <> 'transit') OR (m.state = 'planned' AND b.current_slot_id IS DISTINCT FROM m.from_slot_id)`,
});

for (;;) {
  const [last] = await context.db
    .select()
    .from(relocations)
    .orderBy(desc(relocations.createdAtMs), desc(relocations.id))
    .limit(1);
  if (!last || last.state === "done") {
    const all = await context.db.select({ id: relocations.id }).from(relocations);
    if (all.length >= relocationsWanted) break;
    const id = last
      ? await undoRelocation(context, actor, last.id, "and back")
      : await planRelocation(context, actor, request);
    say({ step: "planned", id });
  } else if (last.state === "planned") {
    await setRelocationState(context, actor, last.id, "start");
    say({ step: "started", id: last.id });
  } else await fillAndEmptyCart(last.id);
}
await database.close();
say({ end: true });

async function fillAndEmptyCart(id: string): Promise<void> {
  const moves = await context.db
    .select({ no: relocationMoves.no, state: relocationMoves.state })
    .from(relocationMoves)
    .where(eq(relocationMoves.relocationId, id))
    .orderBy(relocationMoves.no);
  const inHand = moves.filter((move) => move.state === "picked");
  const next = moves.filter((move) => move.state === "planned").slice(0, Math.max(0, cartMax - inHand.length));
  for (const { no } of next) {
    await pickBox(context, actor, { relocationId: id, no, evidence: { by: "box-scan" } });
    say({ step: "picked", id, no });
  }
  for (const { no } of [...inHand, ...next]) {
    await putBox(context, actor, { relocationId: id, no, evidence: { by: "slot-scan" } });
    say({ step: "placed", id, no });
  }
}
