/** The judge in a thread of its own: an area of 5 000 boxes takes most of a second, and the gateway must not stop for it. */
import type { Layout } from "../../site/layout.ts";
import { answeringThread } from "../answering-thread.ts";
import { type JudgeQuestion, pagedJudge, type StocktakeJudge } from "./stocktake-judge.ts";

/** Judging a hall of 100 000 boxes for the first time takes about ten seconds; after this limit the thread counts as hung. */
const answerMsMax = 300_000;
/** For the program and the site; the stocktake of a hall needs at its peak some 3 KB more for each slot. */
const heapMbMin = 160;
const heapKbPerSlot = 4;
/** Keeping results between two looks saves work; long after the last one it only takes memory. */
const idleMsMax = 30_000;

export function openJudgeThread(layout: Layout): StocktakeJudge {
  const entry = new URL("./judge-thread.mjs", import.meta.url);
  const heapMbMax = heapMbMin + Math.ceil((layout.slotById.size * heapKbPerSlot) / 1024);
  const settings = { name: "the judge", entry, workerData: layout.site, answerMsMax, idleMsMax, heapMbMax };
  const thread = answeringThread<JudgeQuestion>(settings);
  return pagedJudge((question) => thread.ask(question), thread.close);
}
