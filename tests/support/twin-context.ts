/**
 * A gateway's context with its API, and some of the demo's readers as real drivers on the twin's lines in memory, in virtual
 * time:
 * rd-101 and rd-102 share a pair (80/90), rd-201 has a line of its own (89). Six boxes stand in each of sixteen layers.
 */
import { type DeliveredBox, demoDelivery, standing } from "../../simulators/days/demo-delivery.ts";
import { demoLayout } from "../../simulators/test-twin.ts";
import { createTwin, type Twin } from "../../simulators/twin.ts";
import { seededChance } from "../../src/clock/chance.ts";
import type { Context } from "../../src/context.ts";
import type { DevicePorts } from "../../src/contract/ports.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import type { App } from "../../src/http/route.ts";
import { loadSite } from "../../src/room/load-site.ts";
import type { Layout } from "../../src/site/layout.ts";
import { openContext, type TestContext } from "./context-server.ts";
import type { TestEngine } from "./database.ts";
import { importCsv } from "./import-csv.ts";
import { settle } from "./run-for.ts";
import { linkTo } from "./twin-link.ts";
import { wholeClock } from "./whole-clock.ts";

const readerIds = ["rd-101", "rd-102", "rd-201"];
const busIds = ["pair-1", "tcp-201"];
const boxesPerLayer = 6;
const standingLayer = /^r1\.(1\.1B\.[12]|1\.2A\.1|2\.1B\.1)\./;

export const layerOf = (slotId: string) => demoLayout.slotById.get(slotId)?.layerId ?? "";

/** The boxes of these layers, in walking order. */
export const twinBoxes: DeliveredBox[] = [];
const counts = new Map<string, number>();
for (const box of demoDelivery(demoLayout, "demo").boxes) {
  const layerId = layerOf(box.slotId);
  const count = counts.get(layerId) ?? 0;
  if (!standingLayer.test(layerId) || count >= boxesPerLayer) continue;
  counts.set(layerId, count + 1);
  twinBoxes.push(box);
}
export const boxesOf = (layerId: string) => twinBoxes.filter((box) => layerOf(box.slotId) === layerId);

export interface TwinContext extends TestContext {
  twin: Twin;
  ports: DevicePorts;
  /** Lets virtual time run until the work is over. */
  pump<T>(work: Promise<T>): Promise<T>;
  idOf(barcode: string): string;
}

export interface TwinContextParts {
  context: Context;
  ports: DevicePorts;
}

export async function openTwinContext(
  engine: TestEngine,
  features: (app: App, parts: TwinContextParts) => void | Promise<void>,
): Promise<TwinContext> {
  let parts: (TwinContextParts & { twin: Twin }) | null = null;
  const test = await openContext(engine, {
    features: [
      (app, context) => {
        parts = openParts(context);
        return features(app, parts);
      },
    ],
  });
  if (!parts) throw new Error("the features were not opened");
  const { twin, ports } = parts as TwinContextParts & { twin: Twin };
  await loadSite(test.context);
  const rows = twinBoxes.map((box, i) => [
    ...[`DA-${box.barcode}`, `32001${i}`, `户${i}`, i % 3 === 0 ? "销户" : "在用"],
    ...[box.barcode, box.thicknessMm, box.epc, box.locationCode],
  ]);
  const columns = ["档案号", "户号", "户名", "状态", "盒条码", "盒厚(mm)", "标签EPC", "架位编码"];
  const view = await importCsv(test.context, columns, rows);
  if (view.state !== "done" || view.rowsRefused > 0) throw new Error(JSON.stringify(view));
  const ids = await test.context.db.query.boxes.findMany({ columns: { id: true, barcode: true } });
  const idByBarcode = new Map(ids.map((box) => [box.barcode, box.id]));

  async function pump<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    while (!isOver) {
      await settle();
      if (!isOver) test.clock.step();
    }
    return work;
  }

  return {
    ...test,
    twin,
    ports,
    pump,
    idOf: (barcode) => idByBarcode.get(barcode) ?? "",
    async close() {
      await pump(ports.close());
      await test.close();
    },
  };
}

function openParts(context: Context): TwinContextParts & { twin: Twin } {
  const clock = wholeClock(context.clock);
  const twin = createTwin({
    layout: demoLayout,
    standing: standing({ boxes: twinBoxes, records: [] }),
    clock,
    seed: 7,
  });
  const { site } = demoLayout;
  const layout: Layout = {
    ...demoLayout,
    areas: [],
    site: {
      ...site,
      buses: site.buses.filter((bus) => busIds.includes(bus.id)),
      devices: site.devices.filter((device) => readerIds.includes(device.id)),
    },
  };
  const links = Object.fromEntries(busIds.map((busId) => [busId, linkTo(twin, busId)]));
  const ports = openDevices({ layout, clock, chance: seededChance("twin-context"), links });
  return { context, ports, twin };
}
