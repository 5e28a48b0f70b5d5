/** A room small enough to check completely after every step: two areas of 16 layers, 192 slots, 120 boxes. */
import { demoDelivery, standing } from "../../simulators/days/demo-delivery.ts";
import { layoutOf } from "../../src/site/layout.ts";
import { parseSite } from "../../src/site/parse-site.ts";

function areaText(no: 1 | 2, purpose: "active" | "closed"): string {
  return `
      - id: "${no}"
        name: { zh: ${no}区, en: Area ${no} }
        purpose: ${purpose}
        controller: shelf-${no}
        lights: shelf-${no}
        fixedSide: left
        mirrored: false
        aisleWidthMm: 900
        fingerGapMm: 30
        columnDepthMm: 640
        columns:
          - { no: 1, kind: fixed, sides: [B], depthMm: 340 }
          - { no: 2, kind: mobile, sides: [A, B], tripEdges: [left, right] }
          - { no: 3, kind: fixed, sides: [A], depthMm: 340 }
        bays: { count: 2, widthMm: 300 }
        layers: { count: 2, clearHeightMm: 340, usableWidthMm: 270 }
        slots: [{ count: 3, widthMm: 35 }, { count: 3, widthMm: 52 }]
        safetyInputs: [{ kind: occupancy, device: shelf-${no} }, { kind: beam, device: shelf-${no} }]
        antennas:
          - { reader: rd-${no}, ports: 1-4, column: 1, side: B, bays: 1-2, layers: 1-2 }
          - { reader: rd-${no}, ports: 5-8, column: 2, side: A, bays: 1-2, layers: 1-2 }
          - { reader: rd-${no}, ports: 9-12, column: 2, side: B, bays: 1-2, layers: 1-2 }
          - { reader: rd-${no}, ports: 13-16, column: 3, side: A, bays: 1-2, layers: 1-2 }`;
}

const text = `
site: simulation
name: { zh: 仿真库房, en: Simulated archive }
timezone: Asia/Shanghai
locationCode:
  order: [area, column, side, bay, layer, slot]
  separators: "-"
  digits: { column: 2, bay: 2, layer: 2, slot: 2 }
  sideNames: { A: A, B: B }
rooms:
  - id: r1
    name: { zh: 一号库房, en: Room 1 }
    areas:${areaText(1, "active")}${areaText(2, "closed")}
buses:
  - { id: bus-shelf-1, link: { kind: serial, port: /dev/null, baud: 19200 } }
  - { id: bus-shelf-2, link: { kind: serial, port: /dev/null, baud: 19200 } }
  - { id: bus-rd-1, link: { kind: serial, port: /dev/null, baud: 115200 } }
  - { id: bus-rd-2, link: { kind: serial, port: /dev/null, baud: 115200 } }
devices:
  - { id: shelf-1, kind: shelf, protocol: room-1, bus: bus-shelf-1, address: 1 }
  - { id: shelf-2, kind: shelf, protocol: room-1, bus: bus-shelf-2, address: 1 }
  - { id: rd-1, kind: reader, protocol: r2000, bus: bus-rd-1, address: 1, ports: 16, powerDbm: 30 }
  - { id: rd-2, kind: reader, protocol: r2000, bus: bus-rd-2, address: 1, ports: 16, powerDbm: 30 }
`;

const parsed = parseSite(text);
if (!parsed.site) throw new Error(`the simulation's site does not parse: ${JSON.stringify(parsed.faults)}`);

export const simLayout = layoutOf(parsed.site);
export const roomId = "r1";
export const areaKeys = ["r1.1", "r1.2"] as const;
export const shelfBusOf = (areaKey: string) => `bus-shelf-${areaKey.slice(-1)}`;

export const simDelivery = demoDelivery(simLayout, "simulation", {
  boxesMax: 120,
  recordsMax: 150,
  closedAmongActive: 14,
});
export const simStanding = standing(simDelivery);

/** Monday morning: the virtual clock of every seed begins here. */
export const startMs = Date.UTC(2026, 0, 5, 8);
