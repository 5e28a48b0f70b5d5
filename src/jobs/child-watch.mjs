// A thread of a job's process, which works even while a long computation blocks the job's own thread. It ends the process when
// the parent is gone and, where the parent cannot read /proc, also when it uses too much memory.
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";

const { parentPid, rssBytesMax, everyMs, looksAtMemory } = workerData;

function look() {
  const isOrphan = process.ppid !== parentPid;
  const isTooLarge = looksAtMemory && process.memoryUsage.rss() > rssBytesMax;
  if (!isOrphan && !isTooLarge) return;
  if (isTooLarge) {
    try {
      writeSync(3, '{"breach":"memory"}\n');
    } catch {
      // The parent is gone, so nobody needs the reason.
    }
  }
  process.kill(process.pid, "SIGKILL");
}

setInterval(look, everyMs);
