import type { AreaLockView, AreaView, CommandView, Saying } from "../contract/aisles.ts";
import type { AttentionNow } from "../contract/attention.ts";
import { type ErrorCode, sentence } from "../contract/errors.ts";
import { backInMs, beatLostMsMax, silentMotionMs } from "../contract/motion-away.ts";
import type { Interlocks } from "../contract/shelf.ts";
import type { AreaRules } from "../shelving/area-rules.ts";
import type { AreaState, Params } from "../shelving/area-state.ts";
import { keeps } from "../shelving/keeps.ts";
import { occupancyOf } from "../shelving/occupancy.ts";
import { isInhibitedHereOnly } from "../shelving/send-setting.ts";
import { whatMayIDo } from "../shelving/what-may-i-do.ts";

export function saying(code: ErrorCode, params: Params = {}): Saying {
  return { code, zh: sentence(code, "zh", params), en: sentence(code, "en", params) };
}

/** Ages are monotonic; people and browsers get wall time. */
export interface Now {
  monoMs: number;
  wallMs: number;
}

function warningOf({ motion }: AreaState, now: Now): AreaView["warning"] {
  if (motion?.phase !== "warning") return null;
  return { verb: motion.verb, aisle: motion.aisle, movesAtMs: now.wallMs + (motion.deadlineMs - now.monoMs) };
}

export interface Viewed {
  rules: AreaRules;
  state: AreaState;
  now: Now;
  locks: AreaLockView[];
  /** The newest, whatever its outcome. */
  command: CommandView | null;
  attention: AttentionNow;
  /** Motion answers. */
  isDriven: boolean;
}

const leadShown = { unsure: "leadUnsure", ending: "leadEnding", lost: "leadLost" } as const;

/** Danger counts also from a status that is not believed otherwise. */
function interlocksShown(rules: AreaRules, state: AreaState): string[] {
  const { status, suspect, needsReset, stop, lead } = state;
  const shown: string[] = [status, suspect?.status].flatMap((one) =>
    one ? (Object.keys(one.interlocks) as (keyof Interlocks)[]).filter((name) => one.interlocks[name]) : [],
  );
  if (isInhibitedHereOnly(rules, state)) shown.push("inhibitedHereOnly");
  if (lead !== "held") shown.push(leadShown[lead]);
  if (needsReset) shown.push("needsReset");
  if (stop?.isTold) shown.push("stopNotConfirmed");
  if (suspect) shown.push("implausible");
  return [...new Set(shown)];
}

function peopleShown(rules: AreaRules, state: AreaState, monoMs: number): number | null {
  const { people } = occupancyOf(state, rules, monoMs);
  const suspected = state.suspect?.status.occupancy.people ?? 0;
  return suspected > 0 ? Math.max(suspected, people ?? 0) : people;
}

/** What the carriages do while motion is dead or held. */
export function sayUndriven(rules: AreaRules): Saying {
  if (keeps(rules, "S14")) return saying("motion-away-beat", { limitMs: beatLostMsMax });
  const [backS, heldS] = [backInMs / 1000, (silentMotionMs + backInMs) / 1000];
  return saying("motion-away-rolls", { backS, heldS });
}

/** An area as the console shows it. */
export function areaView({ rules, state, now, locks, command, attention, isDriven }: Viewed): AreaView {
  const { status } = state;
  const may = Object.entries(whatMayIDo(rules, state, now.monoMs)).map(
    ([key, value]) => [key, value === true ? true : saying(value.code, value.params)] as const,
  );
  return {
    areaKey: rules.areaKey,
    atMs: now.wallMs,
    isOnline: state.link === "up" && status !== null,
    activity: status?.activity ?? null,
    openAisle: status?.openAisle ?? null,
    columns:
      status?.columns.map(({ column, positionMm, motion, fault }) => ({ column, positionMm, motion, fault })) ?? [],
    warning: warningOf(state, now),
    people: peopleShown(rules, state, now.monoMs),
    interlocks: interlocksShown(rules, state),
    light: status?.light ?? null,
    temperatureC: status?.temperatureC ?? null,
    humidityPct: status?.humidityPct ?? null,
    command,
    may: Object.fromEntries(may),
    locks,
    keptByGateway: [...rules.cannotKeep],
    // Not for an area that another gateway drives; that is shown already.
    undriven: isDriven || state.lead === "lost" ? null : sayUndriven(rules),
    attention: attention.aisles,
    attentionVersion: attention.version,
  };
}
