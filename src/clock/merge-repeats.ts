/** The same fact again and again, told once and then once a window with how often: bookkeeping that a flood cannot swell. Pure. */

export interface Repeated<T> {
  /** As it came last. */
  value: T;
  /** How often since it was told last. */
  count: number;
  /** When the first of these came. */
  sinceMs: number;
}

export interface Repeats<T> {
  /** True: tell it now. False: it is counted, and comes out of `due`. */
  isNews(key: string, value: T, atMs: number): boolean;
  /** Something waits for its window to be over. */
  isAnyCounted(): boolean;
  /** What was repeated in windows that are over. */
  due(atMs: number): Repeated<T>[];
}

interface Window<T> {
  startedMs: number;
  repeated: Repeated<T> | null;
}

/** Beyond so many different facts at once each is told by itself. */
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
        // A clock that was set back ends the window: it must not stay open for hours.
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
