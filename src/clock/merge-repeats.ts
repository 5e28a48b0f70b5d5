/** Merges repeats of one fact: it is reported at once, then once a window with a count. Memory stays bounded in a flood. Pure. */

export interface Repeated<T> {
  /** The latest value. */
  value: T;
  /** How often it came since it was last reported. */
  count: number;
  /** When the first of these came. */
  sinceMs: number;
}

export interface Repeats<T> {
  /** True: report it now. False: it is counted, and `due` returns it later. */
  isNews(key: string, value: T, atMs: number): boolean;
  /** Whether a counted repeat waits for the end of its window. */
  isAnyCounted(): boolean;
  /** The repeats in windows that are over. */
  due(atMs: number): Repeated<T>[];
}

interface Window<T> {
  startedMs: number;
  repeated: Repeated<T> | null;
}

/** With more different facts at once, each is reported separately. */
export const repeatKeysMax = 1_000;

export function mergeRepeats<T>(windowMs: number): Repeats<T> {
  const windows = new Map<string, Window<T>>();
  return {
    isNews(key, value, atMs) {
      const window = windows.get(key);
      if (!window) {
        if (windows.size < repeatKeysMax) windows.set(key, { startedMs: atMs, repeated: null });
        return true;
      }
      const { count, sinceMs } = window.repeated ?? { count: 0, sinceMs: atMs };
      window.repeated = { value, count: count + 1, sinceMs };
      return false;
    },
    isAnyCounted: () => [...windows.values()].some(({ repeated }) => repeated !== null),
    due(atMs) {
      const due: Repeated<T>[] = [];
      for (const [key, window] of windows) {
        // If the clock was set back, the window ends: it must not stay open for hours.
        if (atMs >= window.startedMs && atMs - window.startedMs < windowMs) continue;
        if (window.repeated) {
          due.push(window.repeated);
          windows.set(key, { startedMs: atMs, repeated: null });
        } else windows.delete(key);
      }
      return due;
    },
  };
}
