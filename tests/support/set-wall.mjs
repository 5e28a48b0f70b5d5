// Loaded before a program (NODE_OPTIONS=--import): shifts its wall clock by the milliseconds in the file of WALL_OFFSET_FILE,
// like a machine whose clock is set while it runs. Monotonic time and timers stay unchanged, as they would there.
import { readFileSync } from "node:fs";

const file = process.env.WALL_OFFSET_FILE ?? "";
const real = Date;
const realNow = Date.now.bind(Date);
let offsetMs = 0;

function look() {
  try {
    offsetMs = Number(readFileSync(file, "utf8")) || 0;
  } catch {
    // Not written yet: no shift.
  }
}
look();
setInterval(look, 20).unref();

const now = () => realNow() + offsetMs;
globalThis.Date = new Proxy(real, {
  construct: (target, words, made) => Reflect.construct(target, words.length === 0 ? [now()] : words, made),
  apply: () => new real(now()).toString(),
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
});
