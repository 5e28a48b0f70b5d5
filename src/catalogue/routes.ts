import { boxEndpoints } from "../contract/endpoints/boxes.ts";
import type { House } from "../house.ts";
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

export function catalogueRoutes(app: App, { house }: { house: House }): void {
  mount(app, boxEndpoints.getBox, (request) => boxDetail(house, request.params.id));
  mount(app, boxEndpoints.getFirstBox, () => firstBox(house));
  mount(app, boxEndpoints.createBox, async (request) => {
    const box = await createBox(house, actorOf(request), request.body);
    return boxDetail(house, box.id);
  });
  mount(app, boxEndpoints.bindTag, async (request) => {
    await bindTag(house, actorOf(request), { boxId: request.params.id, ...request.body });
    return boxDetail(house, request.params.id);
  });
  mount(app, boxEndpoints.changeHome, async (request) => {
    await changeHome(house, actorOf(request), { boxId: request.params.id, ...request.body });
    return boxDetail(house, request.params.id);
  });
  mount(app, boxEndpoints.withdrawBox, async (request) => {
    await withdrawBox(house, actorOf(request), { boxId: request.params.id, ...request.body });
    return boxDetail(house, request.params.id);
  });
  mount(app, boxEndpoints.placeBox, async (request) => {
    await placeBox(house, actorOf(request), { boxId: request.params.id, ...request.body });
    return boxDetail(house, request.params.id);
  });
  mount(app, boxEndpoints.takeBox, async (request) => {
    await takeBox(house, actorOf(request), { boxId: request.params.id, ...request.body });
    return boxDetail(house, request.params.id);
  });
  mount(app, boxEndpoints.returnBox, async (request) => {
    await returnBox(house, actorOf(request), { boxId: request.params.id, ...request.body });
    return boxDetail(house, request.params.id);
  });
  mount(app, boxEndpoints.listLoans, async (request) => {
    const { open = true, overdue = false, q } = request.query;
    const { after, limit } = pageFrom(request.query);
    const rows = await listLoans(house, {
      isOpen: open,
      isOverdue: overdue,
      q,
      after: after && { takenAtMs: Number(after[0]), id: String(after[1]) },
      limit,
    });
    return page(rows, limit, (loan) => [loan.takenAtMs, loan.id]);
  });
}
