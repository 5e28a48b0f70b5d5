// A bare process that works a little and rests a little (tests/support/machine-hold.ts). The difference between the duration of
// its work and its processor time is what the machine delays every process. Plain JavaScript, so that it starts at once. Each
// message is answered with both times since the last one, after at least one piece of work; "rest" lets it do nothing until the next.
const workMs = 10;
const restMs = 70;
/** Timers count in whole milliseconds. */
const timerMs = 1;
let wallMs = 0;
let processorMs = 0;
let asked = false;
let isResting = false;
let next;

function work(dueMs) {
  const before = process.cpuUsage();
  let used = 0;
  while (used < workMs) {
    const { user, system } = process.cpuUsage(before);
    used = (user + system) / 1000;
  }
  processorMs += used;
  wallMs += Math.max(used, performance.now() - dueMs - timerMs);
  if (asked) answer();
  const nextMs = performance.now() + restMs;
  next = setTimeout(() => work(nextMs), restMs);
}

function answer() {
  asked = false;
  process.send({ wallMs, processorMs });
  wallMs = 0;
  processorMs = 0;
}

process.on("message", (message) => {
  if (message === "rest") {
    isResting = true;
    clearTimeout(next);
    return;
  }
  const wasResting = isResting;
  isResting = false;
  if (processorMs > 0 && !wasResting) return answer();
  asked = true;
  if (wasResting) work(performance.now());
});
process.on("disconnect", () => process.exit());
work(performance.now());
