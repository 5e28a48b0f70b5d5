import type { Shape } from "../shape.ts";
import type { jobs as zh } from "../zh/jobs.ts";

export const jobs: Shape<typeof zh> = {
  waiting: "Waiting, {{ahead}} jobs come before it",
  preparing: "Gathering: {{rows}} rows so far",
  working: "Making the file: {{rows}} rows written",
  begun: "Getting ready…",
  stop: "Stop",
  stopped: "Stopped; no file was made.",
};
