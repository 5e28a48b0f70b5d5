/** Guide lights of a shelf controller on MQTT: a request is answered by what the controller then shows. */
import { type Clock, sleep } from "../../clock/clock.ts";
import type { LightTarget } from "../../contract/shelf.ts";
import type { MqttDevice } from "./mqtt-device.ts";

export interface MqttLight {
  /** The light that its state reports. */
  shows(target: LightTarget | null): void;
  /** Resolves with the light that is shown, after two seconds at the latest. */
  light(target: LightTarget | null): Promise<LightTarget | null>;
}

const lightMsMax = 2000;

export function mqttLight(device: MqttDevice, clock: Clock): MqttLight {
  let shown: LightTarget | null = null;
  let onShown: (() => void) | null = null;

  function shows(target: LightTarget | null): void {
    shown = target;
    onShown?.();
  }

  device.hear("light-state", (payload) => {
    if (payload.state === "online") shows(payload.target);
  });

  return {
    shows,
    async light(target) {
      const changed = new Promise<void>((resolve) => {
        onShown = () => {
          if (JSON.stringify(shown) === JSON.stringify(target)) resolve();
        };
      });
      const fields = { ...device.expiringEnvelope(lightMsMax), commandId: device.newId("light") };
      await device.say("light-cmd", { ...fields, target });
      onShown?.();
      await Promise.race([changed, sleep(clock, lightMsMax)]);
      return shown;
    },
  };
}
