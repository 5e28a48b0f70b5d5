/** Tells listeners whether a device can be heard, once per change. */
import type { Clock } from "../../clock/clock.ts";

export interface LinkListeners {
  readonly isUp: boolean;
  set(up: boolean): void;
  onLink(listener: (up: boolean, atMs: number) => void): void;
}

/** `onDown` runs before listeners hear that the device is down. */
export function linkListeners(clock: Clock, onDown: () => void = () => {}): LinkListeners {
  const listeners: ((up: boolean, atMs: number) => void)[] = [];
  let isUp = false;

  return {
    get isUp() {
      return isUp;
    },
    set(up) {
      if (up === isUp) return;
      isUp = up;
      if (!up) onDown();
      for (const listener of listeners) listener(up, clock.monoMs());
    },
    onLink: (listener) => void listeners.push(listener),
  };
}
