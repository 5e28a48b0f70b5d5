/** S12: where a controller does not warn, every console does, with light and sound, until the carriages move or must not. */
import type { AreaView } from "../../../src/contract/aisles.ts";
import { makeStore } from "./store.ts";

export type MotionWarning = NonNullable<AreaView["warning"]> & { areaKey: string };

export const motionWarnings = makeStore<readonly MotionWarning[]>([]);

export function takeWarning({ areaKey, warning }: Pick<AreaView, "areaKey" | "warning">): void {
  const before = motionWarnings.get();
  const others = before.filter((one) => one.areaKey !== areaKey);
  if (warning) motionWarnings.set([...others, { ...warning, areaKey }]);
  else if (others.length < before.length) motionWarnings.set(others);
}

const beepHz = 880;
const beepSeconds = 0.18;
const everyMs = 500;
const loudness = 0.2;

/** Sounds until the returned function is called. A browser that nobody touched yet stays silent; it still shows the banner. */
export function soundWarning(): () => void {
  const context = typeof AudioContext === "undefined" ? null : new AudioContext();
  if (!context) return () => {};
  const beep = () => {
    const tone = context.createOscillator();
    const volume = context.createGain();
    volume.gain.value = loudness;
    tone.frequency.value = beepHz;
    tone.connect(volume).connect(context.destination);
    tone.start();
    tone.stop(context.currentTime + beepSeconds);
  };
  beep();
  const timer = setInterval(beep, everyMs);
  return () => {
    clearInterval(timer);
    context.close().catch(() => {});
  };
}
