import type { RoomView } from "../contract/aisles.ts";
import { watchEndpoints } from "../contract/endpoints/watch.ts";
import { wholeList } from "../contract/lists.ts";
import { mount } from "../http/mount.ts";
import type { App } from "../http/route.ts";
import { railLengthMm, railOrder } from "../site/carriages.ts";
import { type Area, type Layout, nearSide } from "../site/layout.ts";
import type { Side } from "../site/schema.ts";

type AreaView = RoomView["areas"][number];

/** The geometry that the map draws, from the site file. Pure. */
export function roomsView(layout: Layout): RoomView[] {
  return layout.site.rooms.map((room) => ({
    id: room.id,
    name: room.name,
    areas: layout.areas.filter((area) => area.roomId === room.id).map(areaView),
  }));
}

function areaView(area: Area): AreaView {
  const { spec } = area;
  const columnByNo = new Map(area.columns.map((column) => [column.no, column]));
  const near = nearSide(spec);
  const far: Side = near === "A" ? "B" : "A";
  // The near side looks toward the fixed side, where numbering starts.
  const [leftName, rightName]: [Side, Side] = spec.fixedSide === "left" ? [near, far] : [far, near];
  return {
    areaKey: `${area.roomId}.${area.id}`,
    name: spec.name,
    purpose: spec.purpose,
    railLengthMm: railLengthMm(spec),
    aisleWidthMm: spec.aisleWidthMm,
    bays: spec.bays.count,
    bayWidthMm: spec.bays.widthMm,
    layers: spec.layers.count,
    layerHeightMm: spec.layers.clearHeightMm,
    layerOrder: spec.layerOrder ?? "fromBottom",
    usableWidthMm: spec.layers.usableWidthMm,
    columns: railOrder(spec).flatMap((no) => {
      const column = columnByNo.get(no);
      if (!column) return [];
      const { kind, sides, depthMm } = column;
      const has = (side: Side) => (sides.includes(side) ? side : null);
      return [{ no, kind, sides, depthMm, leftSide: has(leftName), rightSide: has(rightName) }];
    }),
    aisles: area.aisles.map(({ no, leftColumn, rightColumn }) => ({ no, leftColumn, rightColumn })),
    slotWidthsMm: spec.slots.flatMap((run) => Array.from({ length: run.count }, () => run.widthMm)),
    layersWithoutAntenna: area.layers.filter((layer) => layer.antenna === null).length,
  };
}

export function roomsRoutes(app: App, { layout }: { layout: Layout }): void {
  const view = wholeList(roomsView(layout));
  mount(app, watchEndpoints.listRooms, () => view);
}
