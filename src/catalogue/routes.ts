import type { Context } from "../context.ts";
import { boxEndpoints } from "../contract/endpoints/boxes.ts";
import { mount } from "../http/mount.ts";
import { type App, actorOf, page, pageFrom } from "../http/route.ts";
import { changeHome } from "../placement/change-home.ts";
import { placeBox } from "../placement/place-box.ts";
import { returnBox } from "../placement/return-box.ts";
import { takeBox } from "../placement/take-box.ts";
import { withdrawBox } from "../placement/withdraw-box.ts";
import { bindTag } from "./bind-tag.ts";
import { boxDetail } from "./box-view.ts";
import { createBox } from "./create-box.ts";
import { firstBox } from "./first-box.ts";
import { listLoans } from "./list-loans.ts";

export function catalogueRoutes(app: App, { context }: { context: Context }): void {
  mount(app, boxEndpoints.getBox, (request) => boxDetail(context, request.params.id));
  mount(app, boxEndpoints.getFirstBox, () => firstBox(context));
  mount(app, boxEndpoints.createBox, async (request) => {
    const box = await createBox(context, actorOf(request), request.body);
    return boxDetail(context, box.id);
  });
  mount(app, boxEndpoints.bindTag, async (request) => {
    await bindTag(context, actorOf(request), { boxId: request.params.id, ...request.body });
    return boxDetail(context, request.params.id);
  });
  mount(app, boxEndpoints.changeHome, async (request) => {
    await changeHome(context, actorOf(request), { boxId: request.params.id, ...request.body });
    return boxDetail(context, request.params.id);
  });
  mount(app, boxEndpoints.withdrawBox, async (request) => {
    await withdrawBox(context, actorOf(request), { boxId: request.params.id, ...request.body });
    return boxDetail(context, request.params.id);
  });
  mount(app, boxEndpoints.placeBox, async (request) => {
    await placeBox(context, actorOf(request), { boxId: request.params.id, ...request.body });
    return boxDetail(context, request.params.id);
  });
  mount(app, boxEndpoints.takeBox, async (request) => {
    await takeBox(context, actorOf(request), { boxId: request.params.id, ...request.body });
    return boxDetail(context, request.params.id);
  });
  mount(app, boxEndpoints.returnBox, async (request) => {
    await returnBox(context, actorOf(request), { boxId: request.params.id, ...request.body });
    return boxDetail(context, request.params.id);
  });
  mount(app, boxEndpoints.listLoans, async (request) => {
    const { open = true, overdue = false, q } = request.query;
    const { after, limit } = pageFrom(request.query);
    const rows = await listLoans(context, {
      isOpen: open,
      isOverdue: overdue,
      q,
      after: after && { takenAtMs: Number(after[0]), id: String(after[1]) },
      limit,
    });
    return page(rows, limit, (loan) => [loan.takenAtMs, loan.id]);
  });
}
