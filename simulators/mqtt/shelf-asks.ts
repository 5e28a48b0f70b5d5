/** The gateway's questions as a controller hears them, and which of them its state carries back. */
import { type Payload, readPayload } from "../../firmware-protocols/archive-mqtt/index.ts";
import type { Rig } from "../shelf/rig.ts";
import type { MqttMessage } from "./wire.ts";

type Ask = Payload<"shelf-ask">;

export interface ShelfAsks {
  /** Returns true for the first question of a new sender. */
  hear(message: MqttMessage): boolean;
  echo(): { heardAsk?: Ask | null };
}

export function shelfAsks(rig: Rig): ShelfAsks {
  /** The newest question of each kind that it may carry back. */
  let firstAsk: Ask | null = null;
  let newestAsk: Ask | null = null;
  let askBootId = 0;
  const bootId = () => rig.state().retained.bootId;

  return {
    hear(message) {
      const ask = readPayload("shelf-ask", message.payload);
      if (!ask.ok || message.isRetained) return false;
      const isAnother = newestAsk?.bootId !== ask.value.bootId;
      // Only the newest counts: one that comes later with a lower number was on its way for longer.
      if (!isAnother && (newestAsk?.seq ?? -1) >= ask.value.seq) return false;
      askBootId = bootId();
      newestAsk = ask.value;
      firstAsk ??= ask.value;
      return isAnother;
    },
    echo() {
      // After a boot it no longer knows earlier questions.
      if (askBootId !== bootId()) [firstAsk, newestAsk] = [null, null];
      if (rig.mischief.echo === "none") return {};
      if (rig.mischief.echo === "old") return { heardAsk: firstAsk };
      const ahead = rig.mischief.echo === "future" ? 1_000 : 0;
      return { heardAsk: newestAsk && { ...newestAsk, seq: newestAsk.seq + ahead } };
    },
  };
}
