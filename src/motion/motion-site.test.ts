import { describe, expect, it } from "vitest";
import { demoLayout } from "../../simulators/test-twin.ts";
import { seededChance } from "../clock/chance.ts";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { MqttLink } from "../devices/mqtt-link.ts";
import { openDevices } from "../devices/open-devices.ts";
import { layoutOf } from "../site/layout.ts";
import type { RoomSpec, Site } from "../site/schema.ts";
import { motionLayout, motionSite, ofMotion } from "./motion-site.ts";

/** The devices to which the gateway subscribes: those that motion does not open. */
function heardByGateway(site: Site): string[] {
  const layout = layoutOf(site);
  const isMotions = ofMotion(layout);
  const topics: string[] = [];
  const link = (): MqttLink => ({
    state: { up: true, reason: null, sinceMonoMs: 0 },
    publish: async () => {},
    subscribe: (topic) => void topics.push(topic),
    onState() {},
    start() {},
    stop: async () => {},
  });
  openDevices({
    layout,
    opens: (device) => !isMotions(device) && device.protocol === "archive-mqtt",
    clock: virtualClock(),
    chance: seededChance("site"),
    mqtt: { openInside: link },
  });
  return topics;
}

describe("a site in two parts", () => {
  it("leaves the gateway hearing what any device of a room calls out, a controller's fire among it", () => {
    const topics = heardByGateway(demoLayout.site);
    expect(topics).toContain("archive/v1/demo/r1/alarm/shelf-2");
    expect(topics).toContain("archive/v1/demo/r1/alarm/rd-209");
  });

  it("finds the room of a device that names none in a site of two rooms", () => {
    const [room] = demoLayout.site.rooms as [RoomSpec];
    const other = {
      ...room,
      id: "r2",
      areas: room.areas.map((area) => ({ ...area, id: `${area.id}0`, antennas: [] })),
    };
    expect(heardByGateway({ ...demoLayout.site, rooms: [room, other] })).toContain("archive/v1/demo/r1/alarm/rd-209");
  });

  it("tells motion of controllers and carriages, and of no slot", () => {
    const site = motionSite(demoLayout);
    expect(site.devices.filter(({ kind }) => kind === "shelf")).toHaveLength(demoLayout.areas.length);
    expect(site.devices.some(({ kind }) => kind === "reader")).toBe(false);
    const layout = motionLayout(site);
    expect(layout.areas.map(({ aisles }) => aisles.length)).toEqual(
      demoLayout.areas.map(({ aisles }) => aisles.length),
    );
    expect(layout.slotById.size).toBe(0);
  });
});
