// A thread of a job's process, which looks while the job's own thread is held by arithmetic: it ends the process when its
// parent is gone, and where no parent can look into /proc, also when it holds too much memory.
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
      // Nobody listens: then nobody needs the reason.
    }
  }
  process.kill(process.pid, "SIGKILL");
}

setInterval(look, everyMs);
