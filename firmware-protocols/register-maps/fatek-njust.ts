import type { RegisterMap, StepTemplate } from "./register-map.ts";

/** Refuses while protected, while the panel is logged out, or while running: checked before every motion. */
const checks: readonly StepTemplate[] = [
  {
    check: {
      fn: 1,
      at: 2148,
      refuseWhen: [
        { is: true, reason: "interlock" },
        { is: false, reason: "interlock" },
      ],
    },
  },
  { check: { fn: 1, at: 2206, refuseWhen: [{ is: true, reason: "busy" }] } },
];

/** The six buttons are written together: pressed, then all released. The fourth is MANUAL and stays 0 = automatic. */
const release: StepTemplate = { write: { fn: 15, at: 2200, values: [0, 0, 0, 0, 0, 0] } };
const press = (button: number): StepTemplate[] => [
  { write: { fn: 15, at: 2200, values: [0, 1, 2, 3, 4, 5].map((i) => (i === button ? 1 : 0)) } },
  release,
];

/**
 * The one published map of a compact-shelf PLC (永宏 Fatek, NJUST/HZK MJJController). Its UNLOCK (coil 2202) is never sent:
 * undoing the controller's own protection from afar would be a remote bypass (S8).
 */
export const fatekNjust: RegisterMap = {
  name: "fatek-njust",
  title: "Fatek PLC, NJUST/HZK MJJController",
  identity: [],
  commandPauseMs: 200,
  readGapMax: 0,
  status: {
    bootId: null,
    columnCount: null,
    activity: { running: { table: "coil", at: 2206 } },
    openAisle: { finished: { table: "coil", at: 2512, step: 1 } },
    interlocks: {
      isProtected: { table: "coil", at: 2148 },
      panelLoggedOut: { table: "coil", at: 2149, inverted: true },
    },
    alarms: {},
    column: {
      positionMm: null,
      motion: { left: { table: "coil", at: 2320, step: 2 }, right: { table: "coil", at: 2321, step: 2 } },
      fault: null,
    },
    occupancy: null,
    lastCommand: null,
    light: null,
    temperatureC: { table: "holding", at: 11, multiply: 80, divide: 1650, offset: -20, decimals: 1 },
    humidityPct: { table: "holding", at: 12, divide: 10, decimals: 1 },
  },
  spare: [],
  commands: {
    open: [...checks, { write: { fn: 6, at: 10, values: ["aisle"] } }, ...press(5)],
    close: [...checks, ...press(0)],
    ventilate: [...checks, ...press(4)],
    inhibit: null,
    release: null,
    pause: press(1),
  },
  stop: press(1),
  heartbeat: null,
  light: null,
  cannotKeep: [
    { rule: "S3", missing: ["bootId"] },
    { rule: "S4", missing: ["interlocks.emergencyStop"] },
    { rule: "S9", missing: ["occupancy.people", "occupancy.entrySeq", "interlocks.sensorFault"] },
    { rule: "S10", missing: ["occupancy.people", "columns.fault"] },
    { rule: "S12", missing: ["a warning before motion, or a word that one is given"] },
    { rule: "S13", missing: ["occupancy.entrySeq", "occupancy.confirmedEntrySeq"] },
    { rule: "S14", missing: ["heartbeat", "interlocks.heartbeatLost"] },
    { rule: "S15", missing: ["wireId", "epoch", "ttlMs", "expectedOpenAisle", "lastCommand"] },
    { rule: "S16", missing: ["alarms.over-speed"] },
    { rule: "S17", missing: ["interlocks.overCurrent", "interlocks.tripped"] },
    { rule: "S18", missing: ["columns.positionMm"] },
    { rule: "S21", missing: ["interlocks.notHomed"] },
    { rule: "S22", missing: ["inhibit", "release", "interlocks.inhibited"] },
    { rule: "S23", missing: ["interlocks.sensorFault"] },
  ],
};
