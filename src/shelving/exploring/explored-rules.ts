/** Rules and letters that the explorer's tests share: strong and weak controllers, and which letters multiply whose states. */
import { areaRules } from "../area-rules.ts";
import { keyedSpec, smallSpec } from "./alphabet.ts";
import { allLetters } from "./impossible.ts";

/** Like a PLC without ids, epochs, counts or latches: the gateway keeps those rules. */
export const weak = ["S3", "S4", "S9", "S12", "S13", "S14", "S15", "S22"] as const;
/** The letters themselves are impossible where intended; carriages may jump, so that every position is reached in a few steps. */
export const limits = { railSpeedMaxMmPerS: 1e9 };
export const strongRules = areaRules("r1.1", smallSpec, [], limits);
export const weakRules = areaRules("r1.1", keyedSpec, weak, limits);
export const keyedRules = areaRules("r1.1", keyedSpec, [], limits);
/** An old message that shows motion matters only with a lock: it is in explore-together.test.ts. */
const isTogether = ({ name }: { name: string }) => name.startsWith("an old one: opening");
export const strongLetters = allLetters("small", ["none", "ours-accepted", "ours-done", "ours-refused"]).filter(
  (letter) => !isTogether(letter),
);
export const weakLetters = allLetters("small", ["nothing"]).filter((letter) => !isTogether(letter));
export const manyLetters = allLetters("large", [
  "none",
  "nothing",
  "ours-accepted",
  "ours-done",
  "ours-refused",
  "dead-accepted",
]);
export const slowMs = 300_000;
/** Interlocks that the machine treats alike: one of them is enough for the exhaustive search. */
const alike = ["overCurrent", "isProtected", "heartbeatLost", "sensorFault"];
const few = (letters: typeof strongLetters) => letters.filter(({ name }) => !alike.some((one) => name.startsWith(one)));
/** Locks and impossible statuses multiply each other's states: here each without the other, both in explore-together.test.ts. */
export const isOfLocks = ({ name }: { name: string }) => /\b(un)?locks?\b/.test(name);
export const isOfTrust = ({ name }: { name: string }) => /^an old one|ms ago|clock|rebooted/.test(name);
/** Flaws that affect a lock in the same way as the emergency stop. */
const isOtherFlaw = ({ name }: { name: string }) =>
  /^(column|fire|count|left|confirmed|never|fault|tripped|notHomed|panel)/.test(name);
export const withoutLocks = (letters: typeof strongLetters) => few(letters).filter((letter) => !isOfLocks(letter));
export const withLocks = (letters: typeof strongLetters) =>
  few(letters).filter((letter) => !isOfTrust(letter) && !isOtherFlaw(letter));

/** A room's alarm and a lead double the states and do not matter for most of the search (explore-lead.test.ts). */
export const withoutLead = (letters: typeof strongLetters) => letters.filter(({ name }) => !name.startsWith("lead "));
export const quiet = (letters: typeof strongLetters) =>
  withoutLead(letters).filter(({ name }) => !name.startsWith("room "));
/** A PLC that reports no fire. */
export const mute = (letters: typeof strongLetters) => quiet(letters).filter(({ name }) => !name.startsWith("fire"));
