import type { Context } from "../context.ts";
import { relocationEndpoints, relocationSteps } from "../contract/endpoints/relocations.ts";
import { wholeList } from "../contract/lists.ts";
import type { ReaderPort } from "../contract/ports.ts";
import { mount } from "../http/mount.ts";
import { type App, actorOf } from "../http/route.ts";
import { findMove } from "./find-move.ts";
import { pickBox } from "./pick-box.ts";
import { planRelocation } from "./plan-relocation.ts";
import { previewRelocation } from "./preview-relocation.ts";
import { putBox } from "./put-box.ts";
import { listRelocations, relocationDetail } from "./relocation-view.ts";
import { setRelocationState } from "./set-relocation-state.ts";
import { skipMove } from "./skip-move.ts";
import { undoRelocation } from "./undo-relocation.ts";
import { verifyPick, verifyPut } from "./verify-move.ts";

export function relocationRoutes(
  app: App,
  { context, readers }: { context: Context; readers: ReadonlyMap<string, ReaderPort> },
): void {
  mount(app, relocationEndpoints.previewRelocation, (request) => previewRelocation(context, request.body));
  mount(app, relocationEndpoints.listRelocations, async () => wholeList(await listRelocations(context, 50)));
  mount(app, relocationEndpoints.planRelocation, async (request) => {
    const id = await planRelocation(context, actorOf(request), request.body);
    return relocationDetail(context, id);
  });
  mount(app, relocationEndpoints.getRelocation, (request) => relocationDetail(context, request.params.id));
  for (const step of relocationSteps) {
    mount(app, relocationEndpoints[`${step}Relocation`], async (request) => {
      await setRelocationState(context, actorOf(request), request.params.id, step);
      return relocationDetail(context, request.params.id);
    });
  }
  mount(app, relocationEndpoints.undoRelocation, async (request) => {
    const id = await undoRelocation(context, actorOf(request), request.params.id, request.body.reason);
    return relocationDetail(context, id);
  });
  mount(app, relocationEndpoints.pickBox, async (request) => {
    const { id, no } = request.params;
    const { move, barcode, epc } = await findMove(context.db, id, no);
    const evidence = await verifyPick(context.layout, readers, { barcode, epc, slotId: move.fromSlotId }, request.body);
    await pickBox(context, actorOf(request), { relocationId: id, no, evidence });
    return relocationDetail(context, id);
  });
  mount(app, relocationEndpoints.putBox, async (request) => {
    const { id, no } = request.params;
    const { move, barcode, epc } = await findMove(context.db, id, no);
    const evidence = await verifyPut(context.layout, readers, { barcode, epc, slotId: move.toSlotId }, request.body);
    await putBox(context, actorOf(request), { relocationId: id, no, evidence });
    return relocationDetail(context, id);
  });
  mount(app, relocationEndpoints.skipMove, async (request) => {
    const { id, no } = request.params;
    await skipMove(context, actorOf(request), { relocationId: id, no, reason: request.body.reason });
    return relocationDetail(context, id);
  });
}
