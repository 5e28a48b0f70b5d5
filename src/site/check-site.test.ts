import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkSite } from "./check-site.ts";
import { layoutOf } from "./layout.ts";
import { parseSite } from "./parse-site.ts";
import type { Site } from "./schema.ts";
import { siteNotes } from "./site-notes.ts";

const demo = readFileSync("sites/demo.yaml", "utf8");

/** The demo's site file with one piece of text changed; throws if that text is not in it. */
function broken(from: string | RegExp, to: string): string {
  const text = demo.replace(from, to);
  expect(text).not.toBe(demo);
  return text;
}

function faultsOf(text: string) {
  return checkSite(parseSite(text));
}

test.each(["demo", "demo-mirrored", "hall-100k"])("sites/%s.yaml has neither faults nor warnings", (name) => {
  expect(faultsOf(readFileSync(`sites/${name}.yaml`, "utf8"))).toEqual([]);
});

const edge = "kind: mobile, sides: [A, B], tripEdges: [left, right]";
const firstAntenna = "{ reader: rd-101, ports: 1-16, column: 1, side: B, bays: 1-4, layers: 1-4 }";

/** The change, and what the check must say: reason, text of the named line, rule. */
const cases: [string, string | RegExp, string, RegExp, RegExp, string?][] = [
  ["unknown time zone", "Asia/Shanghai", "Asia/Shangri-La", /no time zone/, /timezone/],
  ["unknown controller", "controller: shelf-1", "controller: shelf-9", /no device shelf-9/, /controller: shelf-9/],
  [
    "controller of another kind",
    "controller: shelf-1",
    "controller: rd-101",
    /rd-101 is a reader, not a shelf/,
    /controller/,
  ],
  [
    "one controller for two areas",
    "controller: shelf-2",
    "controller: shelf-1",
    /already drives area 1/,
    /controller/,
    "S11",
  ],
  ["lights on a reader", "lights: shelf-1", "lights: rd-101", /not a shelf or lights/, /lights/],
  ["unknown climate sensor", "climate: [env-1]", "climate: [env-9]", /no device env-9/, /env-9/],
  ["unknown safety device", "kind: beam, device: shelf-1", "kind: beam, device: nobody", /no device nobody/, /nobody/],
  ["unknown bus", "bus: bus-shelf-1, address: 1 }", "bus: bus-9, address: 1 }", /no bus bus-9/, /id: shelf-1/],
  ["device described twice", "id: rd-102, kind", "id: rd-101, kind", /rd-101 is described twice/, /id: rd-101/],
  ["bus described twice", "id: pair-2,", "id: pair-1,", /pair-1 is described twice/, /id: pair-1/],
  [
    "one port for two buses",
    "/dev/serial/by-id/pair-2",
    "/dev/serial/by-id/pair-1",
    /already bus pair-1/,
    /id: pair-2/,
  ],
  ["area described twice", '- id: "2"', '- id: "1"', /area 1 is described twice/, /id: "1"/],
  ["address used twice", "bus: pair-1, address: 2", "bus: pair-1, address: 1", /already rd-101's/, /rd-102/],
  ["serial device without address", "bus: pair-1, address: 2,", "bus: pair-1,", /needs an address/, /rd-102/],
  ["MQTT device with address", "bus: broker }", "bus: broker, address: 1 }", /on MQTT/, /shelf-2/],
  [
    "Modbus address 0",
    "bus: bus-shelf-1, address: 1 }",
    "bus: bus-shelf-1, address: 0 }",
    /not within 1–247/,
    /shelf-1/,
  ],
  [
    "protocol of another kind",
    "protocol: xy-md02, bus: bus-shelf-1",
    "protocol: r2000, bus: bus-shelf-1",
    /not a protocol for a climate/,
    /env-1/,
  ],
  ["unknown protocol", "protocol: room-1", "protocol: room-2", /not a protocol for a shelf; known: room-1/, /shelf-1/],
  [
    "MQTT protocol on a serial line",
    "protocol: room-1",
    "protocol: archive-mqtt",
    /does not run on the serial bus/,
    /shelf-1/,
  ],
  [
    "TCP framing on a serial line",
    "bus: bus-shelf-1, address: 10 }",
    "bus: bus-shelf-1, address: 10, framing: tcp }",
    /TCP framing/,
    /env-1/,
  ],
  [
    "controller on the readers' pair",
    "bus: bus-shelf-1, address: 1 }",
    "bus: pair-1, address: 20 }",
    /two protocols on one pair|already carries/,
    /id: (shelf-1|rd-101)/,
  ],
  ["unknown room of a device", "bus: broker }", "bus: broker, room: r9 }", /no room r9/, /shelf-2/],
  [
    "a front without trip edge",
    edge,
    edge.replace("[left, right]", "[left]"),
    /right front of mobile column 2 has no trip edge/,
    /no: 2/,
    "S1",
  ],
  ["no trip edge at all", edge, "kind: mobile, sides: [A, B]", /left front/, /no: 2/, "S1"],
  ["aisle too narrow", "aisleWidthMm: 900", "aisleWidthMm: 749", /narrower than 750/, /aisleWidthMm/, "S18"],
  ["finger gap too narrow", "fingerGapMm: 30", "fingerGapMm: 24", /fingers/, /fingerGapMm/, "S18"],
  [
    "two open aisles",
    "aisleWidthMm: 900",
    "openAislesMax: 2\n        aisleWidthMm: 900",
    /more than one open aisle/,
    /openAislesMax/,
    "S6",
  ],
  ["columns not numbered from 1", "{ no: 1, kind: fixed", "{ no: 7, kind: fixed", /numbered 1, 2, 3/, /no: 2/],
  ["a column twice", "{ no: 2, to: 5", "{ no: 1, to: 5", /without gap or repetition/, /no: 1/],
  ["numbers backwards", "{ no: 2, to: 5", "{ no: 5, to: 2", /below the first/, /no: 5/],
  [
    "a fixed column in the middle",
    "{ no: 2, to: 5, kind: mobile",
    "{ no: 2, to: 5, kind: fixed",
    /fixed between others/,
    /no: 2/,
  ],
  [
    "column 1 mobile",
    "{ no: 1, kind: fixed, sides: [B], depthMm: 340 }",
    "{ no: 1, kind: mobile, sides: [B], depthMm: 340, tripEdges: [left, right] }",
    /must be fixed/,
    /no: 1/,
  ],
  [
    "a face to the wall",
    "{ no: 1, kind: fixed, sides: [B]",
    "{ no: 1, kind: fixed, sides: [A, B]",
    /looks outward/,
    /no: 1/,
  ],
  [
    "slots wider than the layer",
    "{ count: 10, widthMm: 52 }",
    "{ count: 10, widthMm: 53 }",
    /slots take 880 mm/,
    /slots:/,
  ],
  ["a layer wider than its bay", "usableWidthMm: 870", "usableWidthMm: 901", /wider than its bay/, /layers:/],
  [
    "a port on two layers",
    "reader: rd-102, ports: 1-16",
    "reader: rd-101, ports: 1-16",
    /already covers a layer/,
    /column: 2, side: A/,
  ],
  [
    "a layer on two antennas",
    "column: 2, side: A, bays",
    "column: 1, side: B, bays",
    /already has an antenna of rd-101/,
    /rd-102/,
  ],
  [
    "a layer with none and no reason",
    firstAntenna,
    firstAntenna.replace("ports: 1-16", "ports: 1-12").replace("bays: 1-4", "bays: 1-3"),
    /4 layers have no antenna/,
    /rd-101/,
  ],
  [
    "none declared where there is one",
    "layers: 3-4, why",
    "layers: 2-4, why",
    /said to have no antenna and has one/,
    /why/,
  ],
  ["a port beyond the reader's", "ports: 13-14", "ports: 16-17", /no port 17/, /16-17/],
  ["ports and layers differ", "ports: 13-14", "ports: 13-15", /3 ports for 2 layers/, /13-15/],
  ["antennas of no reader", "reader: rd-101", "reader: shelf-1", /not a reader of this site/, /reader: shelf-1/],
  ["antennas on no face", firstAntenna, firstAntenna.replace("column: 1", "column: 8"), /no face 8B/, /column: 8/],
  [
    "antennas beyond the bays",
    firstAntenna,
    firstAntenna.replace("bays: 1-4", "bays: 2-5"),
    /4 bays of 4 layers/,
    /2-5/,
  ],
  [
    "codes without a part",
    "order: [area, column, side, bay, layer, slot]",
    "order: [area, column, side, bay, layer]",
    /missing: slot/,
    /order/,
  ],
  [
    "codes without the area",
    "order: [area, column, side, bay, layer, slot]",
    "order: [column, side, bay, layer, slot]",
    /missing: area/,
    /order/,
  ],
  ["too few digits", "slot: 2 }", "slot: 1 }", /slot goes up to 20/, /digits/],
  ["separators that do not match", 'separators: "-"', 'separators: ["-", "-"]', /need 5 separators/, /separators/],
  [
    "sides that cannot be told apart",
    "sideNames: { A: A, B: B }",
    "sideNames: { A: A, B: A }",
    /cannot be told apart/,
    /sideNames/,
  ],
  [
    "area ids of different length without separator",
    /(separators: )"-"([\s\S]*)- id: "2"/,
    '$1""$2- id: "22"',
    /cannot be seen/,
    /separators/,
  ],
  [
    "a PLC that counts nobody",
    "protocol: room-1",
    "protocol: fatek-njust",
    /cannot tell who is in an aisle/,
    /controller: shelf-1/,
    "S9",
  ],
];

describe("each fault is named with its line", () => {
  test.each(cases)("%s", (_, from, to, reason, lineText, rule) => {
    const text = broken(from, to);
    const faults = faultsOf(text);
    const fault = faults.find((one) => reason.test(one.reason));
    expect(fault, JSON.stringify(faults)).toBeDefined();
    expect(text.split("\n")[(fault?.line ?? 0) - 1]).toMatch(lineText);
    expect(fault?.rule).toBe(rule);
    expect(fault?.isWarning).toBeUndefined();
    expect(fault?.zh).toMatch(/[一-鿿]/);
  });
});

test("a PLC with an input that sees people is warned of, not refused", () => {
  const text = broken("protocol: room-1", "protocol: fatek-njust")
    .replace("buses:\n", "buses:\n  - { id: bus-eyes, link: { kind: tcp, host: 127.0.0.1, port: 14900 } }\n")
    .replace(
      "{ kind: occupancy, device: shelf-1 }, { kind: beam, device: shelf-1 }]",
      "{ kind: occupancy, device: eyes-1, input: 1 }]\n        confirmInputs: [{ device: eyes-1, channel: 2 }]",
    )
    .replace(
      "devices:\n",
      "devices:\n  - { id: eyes-1, kind: input, protocol: di-discrete, bus: bus-eyes, framing: tcp, address: 21, channels: [{ no: 1, normally: closed }, { no: 2 }] }\n",
    );
  const faults = faultsOf(text);
  expect(faults.filter((fault) => !fault.isWarning)).toEqual([]);
  const told = faults.filter(({ path }) => path.endsWith(".protocol"));
  expect(told.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(
      /carries nothing .*: S3 nothing restarts by itself; .*S15 a command expires; .*docs\/safety\.md/,
    ),
    expect.stringMatching(/no gateway can keep them instead: S16 over-speed is flagged; S17 .*; S23 .*by themselves/),
  ]);
  expect(told[0]?.zh).toContain("S15 命令过时作废");
});

test("what a PLC never tells is said not to be judged", () => {
  const plc = broken("protocol: room-1", "protocol: fatek-njust");
  const untold = faultsOf(plc).find(({ reason }) => reason.includes("is not judged"));
  expect(untold).toMatchObject({ isWarning: true, reason: expect.stringContaining("where the carriages stand") });
});

test("a PLC that knows no epoch is told of, for where a second gateway stands by", () => {
  const plc = broken("protocol: room-1", "protocol: fatek-njust");
  const told = faultsOf(plc).find(({ rule }) => rule === "S15");
  expect(told).toMatchObject({ isWarning: true, reason: expect.stringContaining("knows no epoch") });
  expect(faultsOf(demo).filter(({ rule }) => rule === "S15")).toEqual([]);
});

test("of each controller on MQTT it is said what depends on its firmware, in a sound file too", () => {
  const ofProof = (parsed: Parameters<typeof siteNotes>[0]) => siteNotes(parsed).filter(({ rule }) => rule === "S15");
  const notes = ofProof(parseSite(readFileSync("sites/demo.yaml", "utf8")));
  expect(notes).toMatchObject([{ path: "rooms.0.areas.1.controller", rule: "S15", isWarning: true }]);
  expect(notes[0]?.reason).toContain("device-cannot-echo");
  const { site, ...parsed } = parseSite(readFileSync("sites/demo.yaml", "utf8"));
  const behindServer = {
    ...(site as Site),
    buses: (site as Site).buses.map((bus) => ({ ...bus, link: { kind: "tcp" as const, host: "h", port: 1 } })),
    devices: (site as Site).devices.map((device) => ({ ...device, protocol: "fatek-njust", framing: "rtu" as const })),
  };
  const told = ofProof({ ...parsed, site: behindServer });
  expect(told).toHaveLength(2);
  expect(told[0]?.reason).toContain("framing: tcp");
});

test("of each controller it is said what its carriages do while motion control is dead or hangs", () => {
  const deaths = (text: string) => siteNotes(parseSite(text)).filter(({ rule }) => rule === "S14");
  expect(deaths(demo).map(({ path }) => path)).toEqual(["rooms.0.areas.0.controller", "rooms.0.areas.1.controller"]);
  for (const { reason, zh } of deaths(demo)) {
    expect(reason).toMatch(/stops them by itself within 500 ms/);
    expect(zh).toMatch(/500 毫秒内自行停止/);
  }
  const [plc] = deaths(broken("protocol: room-1", "protocol: fatek-njust"));
  expect(plc?.reason).toMatch(/fatek-njust keeps no beat: .* go on .* within about 1 s, about 6 s where it hangs/);
  expect(plc?.zh).toMatch(/没有心跳.*继续移动.*约 1 秒.*约 6 秒/);
});

test("a bus without devices is only a warning", () => {
  const faults = faultsOf(
    `${broken("buses:\n", "buses:\n  - { id: spare, link: { kind: tcp, host: 127.0.0.1, port: 1 } }\n")}`,
  );
  expect(faults).toEqual([expect.objectContaining({ isWarning: true, reason: "nothing is on bus spare" })]);
});

test("a file of another shape keeps the faults of its shape", () => {
  expect(faultsOf("site: 1\n")[0]).toMatchObject({ line: 1 });
});

test("layers are counted from the bottom or from the top, nothing else, and no code depends on it", () => {
  const ordered = (order: string) => broken("        layers: {", `        layerOrder: ${order}\n        layers: {`);
  expect(faultsOf(ordered("fromTop"))).toEqual([]);
  const fault = faultsOf(ordered("fromLeft"))[0];
  expect(ordered("fromLeft").split("\n")[(fault?.line ?? 0) - 1]).toContain("layerOrder: fromLeft");
  const codes = (text: string) => [...layoutOf(parseSite(text).site as Site).slotByCode.keys()];
  expect(codes(ordered("fromTop"))).toEqual(codes(demo));
});
