/**
 * What is not the gateway's machine, in a process of its own: five controllers on Modbus TCP whose wires are watched, people who
 * open aisles in two areas all the time, and somebody who presses STOP in a third.
 */
import { createMbapParser } from "../../firmware-protocols/modbus/index.ts";
import { createTwin, type Twin } from "../../simulators/twin.ts";
import type { Wire } from "../../simulators/wires/line.ts";
import { listenTcp } from "../../simulators/wires/tcp.ts";
import { systemClock } from "../../src/clock/clock.ts";
import type { LinkSpec } from "../../src/site/schema.ts";
import { layoutOfSite } from "./bench-context.ts";
import { askingOf } from "./hold-asking.ts";
import { type Openings, type OpeningTally, openings } from "./hold-openings.ts";
import { type Stops, type StopTimes, stops } from "./hold-stops.ts";
import { type BeatTally, type WireWatch, watchWire } from "./hold-wire.ts";
import { askForMotionsRank, watchLoop } from "./loop-watch.ts";

export type ToRoom =
  | { kind: "open"; site: string }
  | { kind: "go"; url: string; doorUrl: string; openers: string[]; stopper: string }
  | { kind: "pause"; isPaused: boolean }
  | { kind: "who moves" }
  | { kind: "take" }
  | { kind: "end" };

export interface RoomTally extends StopTimes {
  beats: BeatTally;
  openings: OpeningTally;
  /** What held this process: no gap at the wire is known better. */
  ownHoldMs: number;
  /** The longest that a controller here took to answer. */
  answerMs: number;
}

export type FromRoom =
  | { kind: "links"; links: Record<string, LinkSpec> }
  | { kind: "done" }
  | { kind: "moving"; areas: number }
  | { kind: "tally"; tally: RoomTally };

const openedAreas = ["r1.4", "r1.5"];
const stoppedArea = "r1.3";
/** One after another, so that each is another aisle than the one that stands open. */
const aisles = Array.from({ length: 20 }, (_, i) => i + 3);

askForMotionsRank();
const loop = watchLoop();
const clock = systemClock();
const watches = new Map<string, WireWatch>();
let twin: Twin | null = null;
let opening: Openings[] = [];
let stopping: Stops | null = null;
let answerMs = 0;

async function open(siteFile: string): Promise<Record<string, LinkSpec>> {
  const layout = layoutOfSite(siteFile);
  const made = createTwin({
    layout,
    standing: [],
    clock,
    seed: 1,
    bootIdBefore: Math.floor(Date.now() / 1000) & 0x7fff,
  });
  twin = made;
  const links: Record<string, LinkSpec> = {};
  for (const [areaKey, { area, rig }] of made.room.areas) {
    const wire = watchWire(() => rig.state().job !== null);
    watches.set(areaKey, wire);
    rig.onChange(() => rig.state().job === null && wire.motionEnded(performance.now()));
    const busId = layout.deviceById.get(area.spec.controller)?.bus ?? "";
    const plug = await listenTcp(0, (socket) => made.attach(busId, watched(socket, wire)));
    links[busId] = { kind: "tcp", host: "127.0.0.1", port: plug.port };
  }
  return links;
}

/** The same wire; each request is noted before the controller hears it. */
function watched(socket: Wire, wire: WireWatch): Wire {
  const parser = createMbapParser();
  let askedAtMs: number | null = null;
  return {
    write(bytes) {
      if (askedAtMs !== null) answerMs = Math.max(answerMs, performance.now() - askedAtMs);
      askedAtMs = null;
      socket.write(bytes);
    },
    onBytes: (fn) =>
      socket.onBytes((bytes) => {
        const atMs = performance.now();
        askedAtMs = atMs;
        for (const piece of parser.push(bytes, atMs)) if (piece.kind === "frame") wire.heard(piece.frame.pdu, atMs);
        fn(bytes);
      }),
  };
}

function go({ url, doorUrl, openers, stopper }: Extract<ToRoom, { kind: "go" }>): void {
  const pressReset = (areaKey: string) => () => twin?.room.areas.get(areaKey)?.rig.key("reset");
  opening = openedAreas.map((areaKey, i) =>
    openings({ areaKey, aisles, asking: askingOf(url, openers[i] ?? ""), clock, pressReset: pressReset(areaKey) }),
  );
  const wire = watches.get(stoppedArea);
  if (!wire) throw new Error(`no wire of ${stoppedArea}`);
  const [api, door] = [askingOf(url, stopper), askingOf(doorUrl, stopper)];
  stopping = stops({ areaKey: stoppedArea, wire, api, door, clock, pressReset: pressReset(stoppedArea) });
}

function take(): RoomTally {
  const tallies = opening.map((one) => one.take());
  const wires = openedAreas.map((areaKey) => watches.get(areaKey)?.take()).filter((one) => one !== undefined);
  const taken = {
    beats: {
      holdMs: Math.max(0, ...wires.map(({ holdMs }) => holdMs)),
      watchedMs: sum(wires.map(({ watchedMs }) => watchedMs)),
      beats: sum(wires.map(({ beats }) => beats)),
      stops: sum(wires.map(({ stops }) => stops)),
    },
    openings: {
      done: sum(tallies.map(({ done }) => done)),
      tooOld: sum(tallies.map(({ tooOld }) => tooOld)),
      broken: together(tallies.map(({ broken }) => broken)),
      refused: together(tallies.map(({ refused }) => refused)),
    },
    ...(stopping?.take() ?? { stopsMs: [], apiStopsMs: [] }),
    ownHoldMs: loop.takeMs(),
    answerMs,
  };
  answerMs = 0;
  return taken;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function together(counts: readonly Record<string, number>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const count of counts) for (const [why, times] of Object.entries(count)) all[why] = (all[why] ?? 0) + times;
  return all;
}

async function answer(message: ToRoom): Promise<FromRoom> {
  if (message.kind === "open") return { kind: "links", links: await open(message.site) };
  if (message.kind === "take") return { kind: "tally", tally: take() };
  if (message.kind === "who moves")
    return { kind: "moving", areas: openedAreas.filter((areaKey) => watches.get(areaKey)?.isUnderWay()).length };
  if (message.kind === "go") go(message);
  if (message.kind === "pause") for (const one of opening) one.pause(message.isPaused);
  if (message.kind === "end") await Promise.all([...opening, ...(stopping ? [stopping] : [])].map((one) => one.end()));
  return { kind: "done" };
}

process.on("message", (message: ToRoom) => void answer(message).then((told) => process.send?.(told)));
process.on("disconnect", () => process.exit(0));
