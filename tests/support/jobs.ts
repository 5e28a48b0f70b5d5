/** Jobs for a test file: real processes, whose folder is removed with the file's own. */
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uuidv7 } from "uuidv7";
import { type Jobs, openJobs } from "../../src/jobs/jobs.ts";

const folder = join(tmpdir(), `guiwei-jobs-${uuidv7()}`);
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

export const testJobs: Jobs = openJobs({ folder });
