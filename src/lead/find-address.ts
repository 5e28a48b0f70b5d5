/**
 * Looks up the database's address for net.connect. `dns.lookup` occupies libuv's pool, which serial ports also use, until it is
 * answered. So one lookup runs at a time, however often connections are made, and the last result is kept.
 */
import { lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";

type Found = Parameters<Parameters<LookupFunction>[2]>[1];

/** After this long the addresses of the last lookup are tried. */
const lookupMsMax = 500;

export function addressFinder(lookup: typeof systemLookup = systemLookup): LookupFunction {
  const known = new Map<string, Found>();
  const waiting: ((error: NodeJS.ErrnoException | null, found: Found) => void)[] = [];
  let isLooking = false;

  return (name, options, done) => {
    let isAnswered = false;
    const answer = (error: NodeJS.ErrnoException | null, found: Found) => {
      if (isAnswered) return;
      isAnswered = true;
      clearTimeout(timer);
      const at = waiting.indexOf(answer);
      if (at >= 0) waiting.splice(at, 1);
      done(error, found);
    };
    const timer = setTimeout(() => {
      const before = known.get(name);
      const error = Object.assign(new Error(`${name} was not found within ${lookupMsMax} ms`), { code: "ETIMEDOUT" });
      answer(before ? null : error, before ?? []);
    }, lookupMsMax);
    waiting.push(answer);
    if (isLooking) return;
    isLooking = true;
    lookup(name, { ...options, all: true }, (error, found) => {
      isLooking = false;
      if (!error) known.set(name, found);
      for (const one of [...waiting]) one(error, found);
    });
  };
}
