// Loaded before a program (NODE_OPTIONS=--import): its wall clock is off by what the file of WALL_OFFSET_FILE says in milliseconds,
// as of a machine whose clock somebody sets while it runs. Ages and timers are left as they are, as they would be there.
import { readFileSync } from "node:fs";

const file = process.env.WALL_OFFSET_FILE ?? "";
const real = Date;
const realNow = Date.now.bind(Date);
let offsetMs = 0;

function look() {
  try {
    offsetMs = Number(readFileSync(file, "utf8")) || 0;
  } catch {
    // Not written yet: it is right.
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
