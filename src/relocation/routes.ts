import { relocationEndpoints, relocationSteps } from "../contract/endpoints/relocations.ts";
import { wholeList } from "../contract/lists.ts";
import type { ReaderPort } from "../contract/ports.ts";
import type { House } from "../house.ts";
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
  { house, readers }: { house: House; readers: ReadonlyMap<string, ReaderPort> },
): void {
  mount(app, relocationEndpoints.previewRelocation, (request) => previewRelocation(house, request.body));
  mount(app, relocationEndpoints.listRelocations, async () => wholeList(await listRelocations(house, 50)));
  mount(app, relocationEndpoints.planRelocation, async (request) => {
    const id = await planRelocation(house, actorOf(request), request.body);
    return relocationDetail(house, id);
  });
  mount(app, relocationEndpoints.getRelocation, (request) => relocationDetail(house, request.params.id));
  for (const step of relocationSteps) {
    mount(app, relocationEndpoints[`${step}Relocation`], async (request) => {
      await setRelocationState(house, actorOf(request), request.params.id, step);
      return relocationDetail(house, request.params.id);
    });
  }
  mount(app, relocationEndpoints.undoRelocation, async (request) => {
    const id = await undoRelocation(house, actorOf(request), request.params.id, request.body.reason);
    return relocationDetail(house, id);
  });
  mount(app, relocationEndpoints.pickBox, async (request) => {
    const { id, no } = request.params;
    const { move, barcode, epc } = await findMove(house.db, id, no);
    const evidence = await verifyPick(house.layout, readers, { barcode, epc, slotId: move.fromSlotId }, request.body);
    await pickBox(house, actorOf(request), { relocationId: id, no, evidence });
    return relocationDetail(house, id);
  });
  mount(app, relocationEndpoints.putBox, async (request) => {
    const { id, no } = request.params;
    const { move, barcode, epc } = await findMove(house.db, id, no);
    const evidence = await verifyPut(house.layout, readers, { barcode, epc, slotId: move.toSlotId }, request.body);
    await putBox(house, actorOf(request), { relocationId: id, no, evidence });
    return relocationDetail(house, id);
  });
  mount(app, relocationEndpoints.skipMove, async (request) => {
    const { id, no } = request.params;
    await skipMove(house, actorOf(request), { relocationId: id, no, reason: request.body.reason });
    return relocationDetail(house, id);
  });
}
