/**
 * Inputs that see people: what the site check accepts, what it refuses with its line, and what it says about a PLC without any.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkSite } from "./check-site.ts";
import { confirmInputIds, occupancyInputs } from "./input-channels.ts";
import { parseSite } from "./parse-site.ts";
import type { Site } from "./schema.ts";
import { siteNotes } from "./site-notes.ts";

const demo = readFileSync("sites/demo.yaml", "utf8");
const eyes = `  - { id: eyes-1, kind: input, protocol: di-discrete, bus: bus-eyes, address: 21,
      channels: [{ no: 1, normally: closed }, { no: 2, normally: closed }, { no: 3 }] }\n`;
const line = "  - { id: bus-eyes, link: { kind: serial, port: /dev/serial/by-id/eyes-1, baud: 19200 } }\n";
const own = "        safetyInputs: [{ kind: occupancy, device: shelf-1 }, { kind: beam, device: shelf-1 }]\n";
const twice =
  "        safetyInputs: [{ kind: occupancy, device: eyes-1, input: 1 }, { kind: occupancy, device: eyes-1, input: 2 }]\n";
const button = "        confirmInputs: [{ device: eyes-1, channel: 3 }]\n";

function changed(text: string, from: string | RegExp, to: string): string {
  const now = text.replace(from, to);
  expect(now).not.toBe(text);
  return now;
}
const wired = changed(
  changed(changed(demo.replace("buses:\n", `buses:\n${line}`), "devices:\n", `devices:\n${eyes}`), own, twice + button),
  "protocol: room-1",
  "protocol: fatek-njust",
);
const faults = (text: string) => checkSite(parseSite(text)).filter(({ isWarning }) => !isWarning);

test("a sensor and a button are taken, at a PLC that tells nothing of people and at a controller that does", () => {
  expect(faults(wired)).toEqual([]);
  expect(faults(changed(wired, "protocol: fatek-njust", "protocol: room-1"))).toEqual([]);
  const [area] = (parseSite(wired).site as Site).rooms[0]?.areas ?? [];
  expect(area && occupancyInputs(area)).toMatchObject([
    { id: "eyes-1.1", aisle: null },
    { id: "eyes-1.2", aisle: null },
  ]);
  expect(area && confirmInputIds(area)).toEqual(["eyes-1.3"]);
});

test("a PLC that tells nothing of people is refused before anything runs, unless a channel is named", () => {
  const bare = changed(demo, "protocol: room-1", "protocol: fatek-njust");
  const told = faults(bare).filter(({ reason }) => /nothing would ever start here/.test(reason));
  expect(told.map(({ rule }) => rule)).toEqual(["S9", "S13"]);
  for (const { zh, line } of told) {
    expect(zh).toContain("永远无法移动");
    expect(bare.split("\n")[line - 1]).toContain("controller: shelf-1");
  }
});

const one = "device: eyes-1, input: 1";
const cases: [string, string | RegExp, string, RegExp, RegExp, string?][] = [
  [
    "an input of the controller",
    one,
    "device: shelf-1, input: 1",
    /no input of the controller shelf-1 is read/,
    /safety/,
    "S9",
  ],
  ["a reader", one, "device: rd-101, input: 1", /rd-101 is a reader, not an input/, /safety/],
  ["a device that does not exist", one, "device: eyes-9, input: 1", /no device eyes-9/, /safety/],
  ["a module without its channel", one, "device: eyes-1", /name the channel of eyes-1/, /safety/, "S9"],
  ["a channel that does not exist", one, "device: eyes-1, input: 7", /eyes-1 has no channel 7/, /safety/],
  ["a channel twice", "input: 2", "input: 1", /eyes-1.1 is named twice/, /safety/],
  [
    "a contact that a broken wire leaves empty",
    "no: 1, normally: closed",
    "no: 1",
    /closed while it sees nobody/,
    /safety/,
    "S9",
  ],
  ["an aisle that does not exist", one, `${one}, aisle: 9`, /area 1 has no aisle 9/, /safety/],
  [
    "aisles into which nothing looks",
    twice,
    twice.replace("input: 1", "input: 1, aisle: 1").replace("input: 2", "input: 2, aisle: 3"),
    /looks into aisle 2, 4, 5 of area 1/,
    /safety/,
    "S9",
  ],
  ["no button", button, "", /name the button for it in confirmInputs of area 1/, /safety/, "S13"],
  ["a button that confirms nothing", twice, own, /confirmInputs of area 1 confirm nothing/, /confirm/, "S13"],
  [
    "a button that opens its contact",
    "no: 3",
    "no: 3, normally: closed",
    /confirm button must be wired normally open/,
    /confirm/,
    "S13",
  ],
  [
    "one button for two areas, said at one only",
    "        climate: [env-2]\n",
    `        climate: [env-2]\n${button}`,
    /eyes-1.3 already confirms area 1/,
    /confirm/,
    "S13",
  ],
];

describe("what cannot be, or fails to danger, is refused with its line", () => {
  test.each(cases)("%s", (_, from, to, reason, lineText, rule) => {
    const text = changed(wired, from, to);
    const all = faults(text);
    const fault = all.find((each) => reason.test(each.reason));
    expect(fault, JSON.stringify(all)).toBeDefined();
    expect(text.split("\n")[(fault?.line ?? 0) - 1]).toMatch(lineText);
    expect(fault?.rule).toBe(rule);
    expect(fault?.zh).toMatch(/[一-鿿]/);
  });
});

test("one sensor for each aisle is taken", () => {
  const each = [1, 2, 3, 4, 5].map((no) => `{ kind: occupancy, device: eyes-1, input: ${no}, aisle: ${no} }`);
  const channels = [1, 2, 3, 4, 5].map((no) => `{ no: ${no}, normally: closed }`);
  const text = changed(
    changed(wired, twice + button, `        safetyInputs: [${each}]\n${button.replace("3", "6")}`),
    /channels: \[\{ no: 1, normally: closed.*\] \}/,
    `channels: [${channels}, { no: 6 }] }`,
  );
  expect(faults(text)).toEqual([]);
});

test("what a sensor cannot say is said of a sound file, and more where its line proves no age", () => {
  const notes = (text: string) =>
    siteNotes(parseSite(text)).flatMap(({ path, reason }) => (path.endsWith("safetyInputs") ? [reason] : []));
  expect(notes(demo)).toEqual([]);
  expect(notes(wired)).toEqual([expect.stringMatching(/good for one motion.*at least 1 s/)]);
  const onMqtt = changed(
    wired,
    "protocol: di-discrete, bus: bus-eyes, address: 21",
    "protocol: archive-mqtt, bus: broker",
  );
  expect(notes(onMqtt)).toEqual([expect.anything(), expect.stringContaining("board on MQTT")]);
  const behind = changed(
    changed(wired, "bus: bus-eyes, address: 21", "bus: bus-eyes, framing: rtu, address: 21"),
    /link: \{ kind: serial, port: \/dev\/serial\/by-id\/eyes-1, baud: 19200 \}/,
    "link: { kind: tcp, host: h, port: 1 }",
  );
  expect(notes(behind)).toEqual([expect.anything(), expect.stringContaining("framing: tcp")]);
});
