/** A driver's state of its contacts: polarity, one watch a channel, and silence turned into "unknown". */
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { InputChange, InputPort, InputPress, InputReading } from "../../contract/ports.ts";
import type { InputChannel } from "../../site/input-channels.ts";
import { type ChannelInput, type ChannelState, firstChannelState, watchChannel } from "./watch-channel.ts";

export interface InputBookOptions {
  deviceId: string;
  channels: readonly BookedChannel[];
  gapMsMax: number;
  isTold: boolean;
  clock: Clock;
  /** Called once when nothing was read for longer than gapMsMax, until the next reading. */
  onSilence(): void;
}

/** `seesPeople`: active for an hour means that a person is there; it is not a stuck key. */
export type BookedChannel = InputChannel & { seesPeople?: boolean };

export interface InputBook extends Pick<InputPort, "stateOf" | "onChange" | "onPress" | "onReading"> {
  /** Takes the contacts' values by channel; a channel that is left out becomes unknown. */
  take(closed: ReadonlyMap<number, boolean>, atMs: number): void;
  /** Makes everything unknown from now on; earlier readings are no half of a press. */
  forget(): void;
  /** The first channel that is no input at the moment; null when all are. */
  fault(): Refusal | null;
  /** For the device list: "1 off, 2 on, 3 ?". */
  summary(): string;
  close(): void;
}

const clockGapMsMax = 1000;

const faultCodes = { "active-at-start": "input-active-at-start", stuck: "input-stuck" } as const;

export function inputBook(options: InputBookOptions): InputBook {
  const { deviceId, channels, gapMsMax, isTold, clock } = options;
  const states = new Map<number, ChannelState>(channels.map(({ no }) => [no, firstChannelState]));
  const changeListeners: ((change: InputChange) => void)[] = [];
  const pressListeners: ((press: InputPress) => void)[] = [];
  const readingListeners: ((reading: InputReading) => void)[] = [];
  let cancelSilence = () => {};
  /** Wall time minus monotonic time. It jumps when a clock is set or the machine slept; the time in between was not observed. */
  let wallAheadMs: number | null = null;

  function advance(channel: InputChannel, input: ChannelInput): void {
    const { no, debounceMs, stuckAfterS } = channel;
    const rules = { debounceMs, stuckAfterMs: stuckAfterS * 1000, gapMsMax, isTold };
    const { state, effects } = watchChannel(rules, states.get(no) ?? firstChannelState, input);
    states.set(no, state);
    for (const effect of effects) {
      const { kind: _, ...told } = effect;
      if ("pressedAtMs" in told) for (const listener of pressListeners) listener({ channel: no, ...told });
      else for (const listener of changeListeners) listener({ channel: no, ...told });
    }
  }

  function forget(): void {
    cancelSilence();
    const atMs = clock.monoMs();
    for (const channel of channels) advance(channel, { kind: "gap", atMs });
    tellReading(atMs);
  }

  function tellReading(atMs: number): void {
    if (readingListeners.length === 0) return;
    const isActive = new Map(channels.map(({ no }) => [no, isActiveAtOnce(states.get(no))]));
    for (const listener of readingListeners) listener({ atMs, isActive });
  }

  return {
    stateOf: (channel) => states.get(channel)?.isActive ?? null,
    onChange: (listener) => void changeListeners.push(listener),
    onPress: (listener) => void pressListeners.push(listener),
    onReading: (listener) => void readingListeners.push(listener),
    take(closed, atMs) {
      const aheadMs = clock.nowMs() - clock.monoMs();
      if (wallAheadMs !== null && Math.abs(aheadMs - wallAheadMs) > clockGapMsMax) forget();
      wallAheadMs = aheadMs;
      cancelSilence();
      cancelSilence = clock.after(gapMsMax + 1, () => {
        forget();
        options.onSilence();
      });
      for (const channel of channels) {
        const isClosed = closed.get(channel.no);
        if (isClosed === undefined) advance(channel, { kind: "gap", atMs });
        else advance(channel, { kind: "reading", isActive: isClosed === (channel.normally === "open"), atMs });
      }
      tellReading(atMs);
    },
    forget,
    fault() {
      for (const { no, stuckAfterS, seesPeople } of channels) {
        const fault = seesPeople ? null : (states.get(no)?.fault ?? null);
        if (fault) return new Refusal(faultCodes[fault], { device: deviceId, channel: no, limitS: stuckAfterS });
      }
      return null;
    },
    summary() {
      const words = new Map([
        [true, "on"],
        [false, "off"],
      ]);
      return channels.map(({ no }) => `${no} ${words.get(states.get(no)?.isActive as boolean) ?? "?"}`).join(", ");
    },
    close: () => cancelSilence(),
  };
}

/** A person counts as present at the first active reading, even a flicker, and as absent only once inactive has settled. */
function isActiveAtOnce(state: ChannelState | undefined): boolean | null {
  return state?.turning?.isActive === true ? true : (state?.isActive ?? null);
}
