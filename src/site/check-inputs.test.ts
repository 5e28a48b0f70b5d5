import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkSite } from "./check-site.ts";
import { channelsOf, resetInputIds } from "./input-channels.ts";
import { parseSite } from "./parse-site.ts";
import type { DeviceSpec, Site } from "./schema.ts";

const demo = readFileSync("sites/demo.yaml", "utf8");
const keys = `  - { id: keys-1, kind: input, protocol: di-discrete, bus: bus-shelf-1, address: 20,
      channels: [{ no: 1 }, { no: 2, normally: closed }] }\n`;
const board =
  "  - { id: board-2, kind: input, protocol: archive-mqtt, bus: broker, channels: [{ no: 5, debounceMs: 80 }] }\n";
const wired = demo
  .replace("devices:\n", `devices:\n${keys}${board}`)
  .replace(
    "        climate: [env-1]",
    "        climate: [env-1]\n        resetInputs: [{ device: keys-1, channel: 1 }]",
  )
  .replace(
    "        climate: [env-2]",
    "        climate: [env-2]\n        resetInputs: [{ device: board-2, channel: 5 }]",
  );

function changed(text: string, from: string | RegExp, to: string): string {
  const now = text.replace(from, to);
  expect(now).not.toBe(text);
  return now;
}
const siteOf = (text: string) => parseSite(text).site as Site;

test("a key wired to a module and one on MQTT are taken; a channel that nobody names is told", () => {
  expect(checkSite(parseSite(wired))).toEqual([
    expect.objectContaining({
      isWarning: true,
      reason: expect.stringMatching(/channel 2 of keys-1 is named by no area/),
    }),
  ]);
});

const one = "resetInputs: [{ device: keys-1, channel: 1 }]";
const two = "resetInputs: [{ device: board-2, channel: 5 }]";
const cases: [string, string | RegExp, string, RegExp, RegExp, string?][] = [
  ["a device that does not exist", one, one.replace("keys-1", "keys-9"), /no device keys-9/, /resetInputs/],
  ["a reader as an input", one, one.replace("keys-1", "rd-101"), /rd-101 is a reader, not an input/, /resetInputs/],
  [
    "a controller as an input",
    one,
    one.replace("keys-1", "shelf-1"),
    /shelf-1 is a shelf, not an input/,
    /resetInputs/,
  ],
  [
    "a channel that does not exist",
    one,
    one.replace("channel: 1", "channel: 3"),
    /keys-1 has no channel 3/,
    /resetInputs/,
  ],
  [
    "a reset that opens its contact",
    one,
    one.replace("channel: 1", "channel: 2"),
    /normally open/,
    /resetInputs/,
    "S3",
  ],
  ["one key for two areas", two, one, /keys-1.1 already resets area 1/, /resetInputs/, "S3"],
  [
    "one key for two areas, said at one only",
    two,
    one.replace("channel: 1", "channel: 1, shared: true"),
    /must be said at both/,
    /shared/,
    "S3",
  ],
  ["one key twice", one, one.replace("1 }", "1 }, { device: keys-1, channel: 1 }"), /named twice/, /resetInputs/],
  ["an input without channels", /,\n {6}channels: \[\{ no: 1 .*\] \}/, " }", /keys-1 needs channels/, /keys-1/],
  ["a channel twice", "{ no: 2, normally", "{ no: 1, normally", /channel 1 of keys-1 is described twice/, /no: 1/],
  ["channels of a reader", "ports: 16 }", "ports: 16, channels: [{ no: 1 }] }", /only an input device/, /kind: reader/],
  ["an address on MQTT", "bus: broker, channels", "bus: broker, firstAddress: 0, channels", /on Modbus/, /board-2/],
  [
    "polarity of a sensor",
    "bus: bus-shelf-1, address: 10 }",
    "bus: bus-shelf-1, address: 10, closedReads: 0 }",
    /on Modbus/,
    /env-1/,
  ],
  [
    "a protocol of another kind",
    "protocol: di-discrete",
    "protocol: xy-md02",
    /not a protocol for an input; known: di-discrete, di-coils, di-holding, archive-mqtt/,
    /keys-1/,
  ],
  [
    "a module on the readers' pair",
    "bus: bus-shelf-1, address: 20",
    "bus: pair-1, address: 20",
    /two protocols on one pair|already carries/,
    /id: (keys-1|rd-101)/,
  ],
];

describe("what cannot be, or cannot be safe, is refused with its line", () => {
  test.each(cases)("%s", (_, from, to, reason, lineText, rule) => {
    const text = changed(wired, from, to);
    const faults = checkSite(parseSite(text));
    const fault = faults.find((each) => reason.test(each.reason));
    expect(fault, JSON.stringify(faults)).toBeDefined();
    expect(text.split("\n")[(fault?.line ?? 0) - 1]).toMatch(lineText);
    expect([fault?.rule, fault?.isWarning]).toEqual([rule, undefined]);
    expect(fault?.zh).toMatch(/[一-鿿]/);
  });

  test("one key for two areas is taken when both say so", () => {
    const shared = "resetInputs: [{ device: keys-1, channel: 1, shared: true }]";
    const faults = checkSite(parseSite(changed(changed(wired, one, shared), two, shared)));
    expect(faults.filter((fault) => !fault.isWarning)).toEqual([]);
  });
});

test("a controller that can show no reset is told of before the first STOP, unless a key is named", () => {
  const plc = (text: string) => changed(text, "protocol: room-1", "protocol: fatek-njust");
  const told = (text: string) => checkSite(parseSite(text)).filter(({ reason }) => /stays stopped/.test(reason));
  expect(told(plc(demo))).toEqual([expect.objectContaining({ isWarning: true, rule: "S3" })]);
  expect(told(plc(wired))).toEqual([]);
});

test("what the site file leaves out has its default, and an input has a name for the journal", () => {
  const site = siteOf(wired);
  const device = (id: string) => site.devices.find((each) => each.id === id) as DeviceSpec;
  expect(channelsOf(device("keys-1"))).toEqual([
    { no: 1, normally: "open", debounceMs: 50, stuckAfterS: 10 },
    { no: 2, normally: "closed", debounceMs: 50, stuckAfterS: 10 },
  ]);
  expect(channelsOf(device("board-2"))).toEqual([{ no: 5, normally: "open", debounceMs: 80, stuckAfterS: 10 }]);
  expect(site.rooms[0]?.areas.map(resetInputIds)).toEqual([["keys-1.1"], ["board-2.5"]]);
});
