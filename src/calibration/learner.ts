/**
 * Computes a calibration, in the gateway in a thread of its own: stocktakes of 5 000 boxes take seconds, and a controller whose
 * heartbeat is late stops its carriages.
 */
import { calibrate } from "../sensing/calibrate.ts";
import type { Calibration } from "../sensing/calibration.ts";
import { type CalibrationFit, calibrationFit } from "../sensing/calibration-fit.ts";
import type { KnownSession } from "../sensing/learned-pairs.ts";
import type { Layout } from "../site/layout.ts";
import { answeringThread } from "../stocktake/answering-thread.ts";
import { sensedAreaOf } from "../stocktake/judging/judge-areas.ts";

/** Plain values. */
export type LearnerQuestion =
  | { ask: "learn"; areaKey: string; sessions: KnownSession[]; before: Calibration }
  | { ask: "fit"; areaKey: string; session: KnownSession; calibration: Calibration };

export interface Learner {
  learn(question: Omit<Extract<LearnerQuestion, { ask: "learn" }>, "ask">): Promise<Calibration>;
  fit(question: Omit<Extract<LearnerQuestion, { ask: "fit" }>, "ask">): Promise<CalibrationFit>;
}

export function answer(layout: Layout, question: LearnerQuestion): Calibration | CalibrationFit {
  const area = layout.areas.find((one) => `${one.roomId}.${one.id}` === question.areaKey);
  if (!area) throw new Error(`no area ${question.areaKey}`);
  const sensed = sensedAreaOf(area);
  return question.ask === "learn"
    ? calibrate(sensed, question.sessions, question.before)
    : calibrationFit(sensed, question.calibration, question.session);
}

/** Runs in the caller's thread. */
export function inlineLearner(layout: Layout): Learner {
  return {
    learn: async (question) => answer(layout, { ask: "learn", ...question }) as Calibration,
    fit: async (question) => answer(layout, { ask: "fit", ...question }) as CalibrationFit,
  };
}

/** Sessions of 5 000 boxes are learned in seconds; after this limit the thread counts as hung. */
const answerMsMax = 300_000;

/** For the program, the site, and the peak of five stocktakes of an area in which every near antenna reads each box. */
const heapMbMin = 160;
const heapKbPerSlot = 40;

/** By the largest area, because one area is learned at a time. */
export function learnerHeapMb(layout: Layout): number {
  const slotsMax = Math.max(0, ...layout.areas.map(({ slots }) => slots.length));
  return heapMbMin + Math.ceil((slotsMax * heapKbPerSlot) / 1024);
}

/** A question that needs more than `heapMbMax` ends the thread, not the process. */
export function threadLearner(layout: Layout, heapMbMax = learnerHeapMb(layout)): Learner {
  const entry = new URL("./learner-worker.mjs", import.meta.url);
  const settings = { name: "the learner", entry, workerData: layout.site, answerMsMax, idleMsMax: 0, heapMbMax };
  const thread = answeringThread<LearnerQuestion>(settings);
  return {
    learn: (question) => thread.ask({ ask: "learn", ...question }),
    fit: (question) => thread.ask({ ask: "fit", ...question }),
  };
}
