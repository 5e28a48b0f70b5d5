/**
 * Area 1 of the demo's site with its API and a real drive on the twin's line, on either database. Virtual time runs at ten times
 * the wall's speed, so that a server on a socket keeps up. `restart` is the next gateway on the same rows.
 */

import { demoLayout } from "../../simulators/test-twin.ts";
import { createTwin } from "../../simulators/twin.ts";
import { type Areas, openAreas } from "../../src/aisles/areas.ts";
import { aisleRoutes } from "../../src/aisles/routes.ts";
import { seededChance } from "../../src/clock/chance.ts";
import type { Context } from "../../src/context.ts";
import type { AreaView } from "../../src/contract/aisles.ts";
import type { DevicePorts } from "../../src/contract/ports.ts";
import type { LightTarget } from "../../src/contract/shelf.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import { layoutOf } from "../../src/site/layout.ts";
import type { RoomSpec } from "../../src/site/schema.ts";
import { openContext } from "./context-server.ts";
import type { TestEngine } from "./database.ts";
import { motionHere } from "./motion-here.ts";
import { settle } from "./run-for.ts";
import { linkTo } from "./twin-link.ts";
import { wholeClock } from "./whole-clock.ts";

export const lockArea = "r1.1";
const busId = "bus-shelf-1";
const stepMs = 10;

const [room] = demoLayout.site.rooms as [RoomSpec];
const [area] = room.areas as [RoomSpec["areas"][number]];
const layout = layoutOf({
  ...demoLayout.site,
  rooms: [{ ...room, areas: [{ ...area, antennas: [] }] }],
  buses: demoLayout.site.buses.filter((bus) => bus.id === busId),
  devices: demoLayout.site.devices.filter((device) => device.bus === busId),
});

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there
  body: any;
}

export type LockRoom = Awaited<ReturnType<typeof openLockRoom>>;

export async function openLockRoom(engine: TestEngine) {
  let context: Context | null = null;
  let devices: DevicePorts | null = null;
  let areas: Areas | null = null;
  const views: AreaView[] = [];
  const alarms: string[] = [];
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => void failures.push(error);
  const test = await openContext(engine, {
    features: [
      (app, demo) => {
        const clock = wholeClock(demo.clock);
        const it: Context = { ...demo, layout, clock };
        context = it;
        const standIn = new Proxy({} as Areas, { get: (_, name) => Reflect.get(areas as Areas, name) });
        aisleRoutes(app, { context: it, areas: standIn, onFailure });
      },
    ],
  });
  const it = context as unknown as Context;
  const twin = createTwin({ layout, standing: [], clock: it.clock, seed: 7, confirmedAtStart: true });
  const shelf = twin.room.areas.get(lockArea);
  if (!shelf) throw new Error("the twin has no area 1");

  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      test.clock.advance(Math.min(left, stepMs));
      await settle();
    }
  }

  async function pump<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    while (!isOver) await pass(stepMs);
    return work;
  }

  async function until(what: string, holds: () => boolean, msMax = 60_000): Promise<void> {
    for (let ms = 0; ms < msMax && !holds(); ms += 50) await pass(50);
    if (!holds()) throw new Error(`not within ${msMax} ms: ${what}`);
  }

  const view = () => (areas as Areas).drive(lockArea).view();
  async function start(): Promise<void> {
    const links = { [busId]: linkTo(twin, busId) };
    devices = openDevices({ layout, clock: it.clock, chance: seededChance("locks"), links });
    areas = await openAreas({
      context: it,
      motion: motionHere(it.clock, devices.shelves, onFailure),
      onView: (seen) => void views.push(seen),
      onAlarm: (alarm) => void alarms.push(alarm.code),
      onFailure,
    });
    await until("the area is there", () => view().isOnline);
  }
  const shut = () => pump(Promise.all([areas?.close(), devices?.close()]));
  await start();

  async function call(
    headers: Record<string, string>,
    method: "GET" | "POST" | "PATCH",
    path: string,
    payload?: object,
  ): Promise<Answer> {
    const { statusCode, body } = await pump(
      Promise.resolve(
        test.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload === undefined ? {} : { payload }) }),
      ),
    );
    return { status: statusCode, body: body === "" ? null : JSON.parse(body) };
  }

  return {
    ...{ test, context: it, shelf, views, alarms, failures, pass, until, view, call },
    onArea: (headers: Record<string, string>, verb: string, payload: object = {}) =>
      call(headers, "POST", `/areas/${lockArea}/${verb}`, payload),
    light: (target: LightTarget | null) => pump((areas as Areas).drive(lockArea).light(target)),
    rowsOf: (kind: string) => test.rows.filter((row) => row.kind === kind),
    async restart() {
      await shut();
      await start();
    },
    async dispose() {
      await shut();
      await test.close();
    },
  };
}
