/** During a run no code may use the machine's time, randomness or timers: a call that would not replay throws instead. */
import { PGlite } from "@electric-sql/pglite";

/** Time used by these packages for themselves does not affect the run. */
const outsiders = /node:|vitest|tinypool|birpc|tsx|source-map/;
/** The engine's own alarms (statement timeouts) may go off later. */
const engine = /pglite/;
/** Stack frames above the caller: whoAsks and the patched function. */
const callerAt = 2;

type Asked = "outsider" | "engine" | "product";

/** The engine stamps its files and sessions; it gets the virtual time. A statement runs synchronously from here to its end. */
let isInEngine = false;
const execute = PGlite.prototype.execProtocolRawStream;
PGlite.prototype.execProtocolRawStream = function (this: PGlite, ...args: Parameters<typeof execute>) {
  isInEngine = true;
  try {
    return execute.apply(this, args);
  } finally {
    isInEngine = false;
  }
};

function whoAsks(): Asked {
  if (isInEngine) return "engine";
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = callerAt + 1;
  // Raw call sites: a formatted stack would be mapped to its sources first.
  Error.prepareStackTrace = (_, sites) => sites;
  const sites = new Error().stack as unknown as NodeJS.CallSite[];
  Error.stackTraceLimit = stackTraceLimit;
  Error.prepareStackTrace = prepareStackTrace;
  const caller = sites[callerAt]?.getFileName() ?? "";
  if (engine.test(caller)) return "engine";
  return outsiders.test(caller) || caller === "" ? "outsider" : "product";
}

/** Patches the globals; the returned function restores them. `tell` is called for every offender before the call throws. */
export function banRealTime(virtualNowMs: () => number, tell: (what: string) => void): () => void {
  const real = {
    Date: globalThis.Date,
    random: Math.random,
    now: performance.now,
    timer: setTimeout,
    repeat: setInterval,
  };

  function guard<T>(what: string, who: Asked, forEngine: () => T, forOutsider: () => T): T {
    if (who === "engine") return forEngine();
    if (who === "outsider") return forOutsider();
    const error = new Error(`${what} in a simulated run`);
    tell(`${error.message}: ${error.stack}`);
    throw error;
  }

  class VirtualDate extends real.Date {
    constructor(...args: unknown[]) {
      if (args.length > 0) super(...(args as [number]));
      else super(guard("new Date()", whoAsks(), virtualNowMs, real.Date.now));
    }
    static override now(): number {
      return guard("Date.now", whoAsks(), virtualNowMs, real.Date.now);
    }
  }
  globalThis.Date = VirtualDate as DateConstructor;
  // The engine's own randomness would differ in every run, so it gets a constant.
  Math.random = () => guard("Math.random", whoAsks(), () => 0.5, real.random);
  performance.now = () => guard("performance.now", whoAsks(), virtualNowMs, () => real.now.call(performance));
  // An alarm of the engine would follow the machine's time: it never goes off.
  const silent = () => real.timer(() => {}, 0);
  const timer = ((...args: Parameters<typeof setTimeout>) =>
    guard("setTimeout", whoAsks(), silent, () => real.timer(...args))) as typeof setTimeout;
  globalThis.setTimeout = Object.assign(timer, real.timer);
  globalThis.setInterval = ((...args: Parameters<typeof setInterval>) =>
    guard("setInterval", whoAsks(), silent, () => real.repeat(...args))) as typeof setInterval;

  return () => {
    globalThis.Date = real.Date;
    Math.random = real.random;
    performance.now = real.now;
    globalThis.setTimeout = real.timer;
    globalThis.setInterval = real.repeat;
  };
}
