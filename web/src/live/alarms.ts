/** Alarms stay on this console until somebody here has acknowledged them; a reload does not lose them. */
import type { ServerToBrowser } from "../../../src/contract/live.ts";
import { makeStore } from "./store.ts";

export type Alarm = Parameters<ServerToBrowser["alarm"]>[0];

export const alarmsKeptMax = 50;
const storageKey = "guiwei.alarms";

/**
 * The same alarm raised again replaces the older one; another device's or kind's does not. Danger comes first, and the surplus is
 * dropped from the end: no number of warnings takes a fire off the screen.
 */
export function addAlarm(alarms: readonly Alarm[], alarm: Alarm): Alarm[] {
  const others = alarms.filter((a) => a.areaKey !== alarm.areaKey || a.code !== alarm.code || a.en !== alarm.en);
  const all = [alarm, ...others];
  const isLesser = (a: Alarm) => a.isDanger === false;
  return [...all.filter((a) => !isLesser(a)), ...all.filter(isLesser)].slice(0, alarmsKeptMax);
}

export const alarms = makeStore<readonly Alarm[]>(kept());

export function raise(alarm: Alarm): void {
  keep(addAlarm(alarms.get(), alarm));
}

export function acknowledge(alarm: Alarm | "all"): void {
  keep(alarm === "all" ? [] : alarms.get().filter((a) => a !== alarm));
}

function keep(next: readonly Alarm[]): void {
  alarms.set(next);
  try {
    localStorage.setItem(storageKey, JSON.stringify(next));
  } catch {
    // A full or forbidden storage must not hide the alarm itself.
  }
}

function kept(): Alarm[] {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(parsed) ? (parsed as Alarm[]) : [];
  } catch {
    return [];
  }
}
