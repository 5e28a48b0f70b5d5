/** Contacts on a terminal block: what fingers, keys and wires do to them, and faults of the module behind. */
import type { Chance } from "../../src/clock/chance.ts";
import type { Clock } from "../../src/clock/clock.ts";
import type { DeviceSpec } from "../../src/site/schema.ts";

interface Contact {
  /** Closed when nobody operates it. */
  restsClosed: boolean;
  isHeld: boolean;
  /** Short circuit: closed, whatever the contact does. */
  isShorted: boolean;
  /** Broken wire: open, whatever the contact does. */
  isCut: boolean;
  /** A worn contact: while held it closes and opens at random. */
  isWorn: boolean;
}

export interface InputFaults {
  /** Open and closed are exchanged, as by another jumper or firmware. */
  isInverted: boolean;
  /** Repeats the last picture for ever. */
  isFrozen: boolean;
  /** Modbus: one byte more than requested. */
  isTooLong: boolean;
  /** Modbus: this exception instead of an answer; null = none. */
  exception: number | null;
  /** Modbus: answers later than a module should by this time. */
  lateMs: number;
  /** MQTT: its clock is ahead by this time. */
  clockAheadMs: number;
}

export interface InputModule {
  readonly contacts: ReadonlyMap<number, Contact>;
  readonly faults: InputFaults;
  /** The contacts of channels 1 … n, as the module reports them. */
  closed(): boolean[];
  change(channel: number, now: Partial<Omit<Contact, "restsClosed">>): void;
  /** Pressed, and released after this time. */
  press(channel: number, heldMs: number): void;
  /** Off for a moment, then as new. */
  restart(): void;
  isDark(): boolean;
  bootId(): number;
  onChange(listener: () => void): void;
}

/** From power-on to the first answer. */
const restartMs = 800;
const terminalsMin = 8;

/** `seesPeople`: whether the sensor on that channel sees somebody; it operates the contact as a finger would. */
export function newInputModule(
  device: DeviceSpec,
  clock: Clock,
  chance: Chance,
  seesPeople: (channel: number) => boolean = () => false,
): InputModule {
  const wired = device.channels ?? [];
  const count = Math.ceil(Math.max(terminalsMin, ...wired.map(({ no }) => no)) / 8) * 8;
  const contacts = new Map<number, Contact>(
    Array.from({ length: count }, (_, i) => {
      const restsClosed = wired.find(({ no }) => no === i + 1)?.normally === "closed";
      return [i + 1, { restsClosed, isHeld: false, isShorted: false, isCut: false, isWorn: false }];
    }),
  );
  const faults: InputFaults = {
    isInverted: false,
    isFrozen: false,
    isTooLong: false,
    exception: null,
    lateMs: 0,
    clockAheadMs: 0,
  };
  const listeners: (() => void)[] = [];
  let boots = 1;
  let darkUntilMs = Number.NEGATIVE_INFINITY;
  let told: boolean[] = [];

  function isClosed(channel: number, { restsClosed, isHeld, isShorted, isCut, isWorn }: Contact): boolean {
    if (isShorted) return true;
    if (isCut) return false;
    const isOperated = isHeld || seesPeople(channel);
    return isOperated && isWorn ? chance.next() < 0.5 : isOperated !== restsClosed;
  }

  function change(channel: number, now: Partial<Omit<Contact, "restsClosed">>): void {
    const contact = contacts.get(channel);
    if (!contact) return;
    contacts.set(channel, { ...contact, ...now });
    for (const listener of listeners) listener();
  }

  return {
    contacts,
    faults,
    closed() {
      if (!faults.isFrozen || told.length === 0) {
        told = [...contacts].map(([channel, contact]) => isClosed(channel, contact) !== faults.isInverted);
      }
      return told;
    },
    change,
    press(channel, heldMs) {
      change(channel, { isHeld: true });
      clock.after(heldMs, () => change(channel, { isHeld: false }));
    },
    restart() {
      boots++;
      darkUntilMs = clock.monoMs() + restartMs;
    },
    isDark: () => clock.monoMs() < darkUntilMs,
    bootId: () => boots,
    onChange: (listener) => void listeners.push(listener),
  };
}
