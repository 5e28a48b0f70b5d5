/** The module on MQTT (archive/v1): sends all its contacts on every change and twice a second. */
import type { Clock } from "../../src/clock/clock.ts";
import type { InputModule } from "../input/input-module.ts";
import { type DevicePlace, offlineWill, speaker } from "./speaker.ts";
import type { MqttDevice } from "./wire.ts";

const everyMs = 500;
/** How often a worn contact changes while it is held. */
const wornMs = 20;

export function mqttInput(module: InputModule, isUp: () => boolean, place: DevicePlace, clock: Clock): MqttDevice {
  const ownClock: Clock = { ...clock, nowMs: () => clock.nowMs() + module.faults.clockAheadMs };
  return {
    will: offlineWill(place, "input-state"),
    connect(wire) {
      let isOn = true;
      let cancel: () => void = () => {};
      const { say } = speaker(wire, place, ownClock, module.bootId);
      const tell = () => {
        cancel();
        if (!isOn) return;
        const isRestless = [...module.contacts.values()].some(({ isHeld, isWorn }) => isHeld && isWorn);
        cancel = clock.after(isRestless ? wornMs : everyMs, tell);
        if (!isUp() || module.isDark()) return;
        const channels = module.closed().map((closed, i) => ({ channel: i + 1, closed }));
        say("input-state", { state: "online", channels });
      };
      wire.onConnect(tell);
      module.onChange(tell);
      return () => {
        isOn = false;
        cancel();
      };
    },
  };
}
