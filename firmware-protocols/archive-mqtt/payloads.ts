import type { Static } from "typebox";
import { alarm, alarmUnsigned } from "./payloads/alarm.ts";
import { env } from "./payloads/env.ts";
import { inputState } from "./payloads/input-state.ts";
import { lightCmd } from "./payloads/light-cmd.ts";
import { lightState } from "./payloads/light-state.ts";
import { readerCmd } from "./payloads/reader-cmd.ts";
import { readerInventory } from "./payloads/reader-inventory.ts";
import { readerState } from "./payloads/reader-state.ts";
import { readerTag } from "./payloads/reader-tag.ts";
import { shelfAsk } from "./payloads/shelf-ask.ts";
import { shelfBeat } from "./payloads/shelf-beat.ts";
import { shelfCmd } from "./payloads/shelf-cmd.ts";
import { shelfEvent } from "./payloads/shelf-event.ts";
import { shelfState } from "./payloads/shelf-state.ts";
import { shelfStop } from "./payloads/shelf-stop.ts";
import { status } from "./payloads/status.ts";

/** Every kind of message; a test counts their vectors. */
export const payloads = {
  status,
  "reader-tag": readerTag,
  "reader-state": readerState,
  "reader-cmd": readerCmd,
  "reader-inventory": readerInventory,
  "shelf-state": shelfState,
  "shelf-cmd": shelfCmd,
  "shelf-stop": shelfStop,
  "shelf-beat": shelfBeat,
  "shelf-ask": shelfAsk,
  "shelf-event": shelfEvent,
  env,
  "input-state": inputState,
  "light-cmd": lightCmd,
  "light-state": lightState,
  alarm,
  "alarm-unsigned": alarmUnsigned,
};

export type TopicKind = keyof typeof payloads;
export type Payload<Kind extends TopicKind> = Static<(typeof payloads)[Kind]["schema"]>;
export const topicKinds = Object.keys(payloads) as TopicKind[];
