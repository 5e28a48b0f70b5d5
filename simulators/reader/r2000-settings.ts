/** 60–7E: settings. A value that the manual does not allow is refused with that setting's own code. */
import { asked, bankSize, type Exchange, type Handler, restart, sayStatus } from "./r2000-state.ts";

const ok = 0x10;
const bauds = [9600, 19_200, 38_400, 115_200];
/** Writing flash keeps the reader busy for this long. */
const flashMs = 120;

type Setting = (exchange: Exchange, value: number) => number;

/** Returns the status code; the change itself is made in the function. */
const settings: Record<string, Setting> = {
  "set-antenna-detector": ({ reader }, value) => {
    reader.flash.detectorDb = value;
    return ok;
  },
  "set-temporary-power": ({ reader }, value) => {
    if (value < 20 || value > 33) return 0x48;
    reader.temporaryDbm = value;
    return ok;
  },
  "set-link-profile": ({ reader }, value) => {
    if (value < 0xd0 || value > 0xd3) return 0x41;
    reader.flash.linkProfile = value;
    return ok;
  },
  "set-antenna-bank": ({ reader }, value) => {
    if (reader.ports !== 16 || (value !== 0 && value !== 0x10)) return 0x41;
    reader.bankOffset = value === 0 ? 0 : 8;
    return ok;
  },
  "set-work-antenna": ({ reader }, value) => {
    if (value >= bankSize(reader)) return 0x47;
    reader.workAntenna = value;
    return ok;
  },
  "set-beeper": ({ reader }, value) => {
    if (value > 2) return 0x4b;
    reader.flash.beeper = value;
    return ok;
  },
};

export const setOneByte: Handler = (exchange) => {
  const setting = settings[exchange.request.kind];
  if (!setting || !("value" in exchange.request)) return false;
  return sayStatus(exchange, setting(exchange, exchange.request.value as number));
};

/** 71 and 73 answer with the old setting, then the new one takes effect. */
export const setLine: Handler = (exchange) => {
  const { reader, request } = exchange;
  if (request.kind === "set-address") {
    if (request.value > 0xfe) return sayStatus(exchange, 0x46);
    sayStatus(exchange, ok);
    reader.flash.address = request.value;
    return true;
  }
  if (request.kind !== "set-baud-rate") return false;
  const baud = bauds[request.value - 1];
  if (baud === undefined) return sayStatus(exchange, 0x4a);
  sayStatus(exchange, ok);
  reader.clock.after(flashMs, () => {
    reader.flash.baud = baud;
    restart(reader);
  });
  return true;
};

export const getOneByte: Handler = (exchange) => {
  const { flash, workAntenna } = exchange.reader;
  if (asked(exchange, "get-antenna-detector")) exchange.say({ kind: "antenna-detector", value: flash.detectorDb });
  else if (asked(exchange, "get-link-profile")) exchange.say({ kind: "link-profile", value: flash.linkProfile });
  else if (asked(exchange, "get-work-antenna")) exchange.say({ kind: "work-antenna", value: workAntenna });
  else return false;
  return true;
};

export const power: Handler = (exchange) => {
  const { reader } = exchange;
  const set = asked(exchange, "set-output-power");
  if (set) {
    if (set.powersDbm.some((dbm) => dbm > 33)) return sayStatus(exchange, 0x48);
    reader.isBusy = true;
    reader.clock.after(flashMs, () => {
      reader.isBusy = false;
      reader.flash.powersDbm = [...set.powersDbm];
      reader.temporaryDbm = null;
      sayStatus(exchange, ok);
    });
    return true;
  }
  if (!asked(exchange, "get-output-power")) return false;
  const { powersDbm } = reader.flash;
  const isEqual = powersDbm.every((dbm) => dbm === powersDbm[0]);
  exchange.say({
    kind: "output-power",
    powersDbm: reader.temporaryDbm === null ? (isEqual ? [powersDbm[0] as number] : powersDbm) : [reader.temporaryDbm],
  });
  return true;
};

export const region: Handler = (exchange) => {
  const set = asked(exchange, "set-region");
  if (set) {
    exchange.reader.flash.band = set.band;
    return sayStatus(exchange, ok);
  }
  if (!asked(exchange, "get-region")) return false;
  exchange.say({ kind: "region", band: exchange.reader.flash.band });
  return true;
};

export const measure: Handler = (exchange) => {
  const { reader } = exchange;
  if (asked(exchange, "get-firmware-version")) exchange.say({ kind: "firmware-version", major: 2, minor: 38 });
  else if (asked(exchange, "get-temperature"))
    exchange.say({ kind: "temperature", celsius: 30 + reader.chance.below(5) });
  else if (asked(exchange, "measure-return-loss")) {
    const port = reader.bankOffset + reader.workAntenna + 1;
    if (reader.missingPorts.has(port) || !reader.layerOf(port)) return sayStatus(exchange, 0xee);
    exchange.say({ kind: "return-loss", returnLossDb: 18 + reader.chance.below(6) });
  } else return false;
  return true;
};

export const gpio: Handler = (exchange) => {
  const { gpioHigh } = exchange.reader;
  const write = asked(exchange, "write-gpio");
  if (write) {
    gpioHigh.set(write.pin, write.high);
    return sayStatus(exchange, ok);
  }
  if (!asked(exchange, "read-gpio")) return false;
  exchange.say({ kind: "gpio-levels", pin1High: gpioHigh.get(1) ?? false, pin2High: gpioHigh.get(2) ?? false });
  return true;
};

export const epcMatch: Handler = (exchange) => {
  const set = asked(exchange, "set-epc-match");
  if (set) {
    exchange.reader.epcMatch = set.epc;
    return sayStatus(exchange, ok);
  }
  if (!asked(exchange, "get-epc-match")) return false;
  exchange.say({ kind: "epc-match", epc: exchange.reader.epcMatch });
  return true;
};

/** 67 and 68, which the codec leaves as plain bytes. */
export const identifier: Handler = (exchange) => {
  const { reader, command, request } = exchange;
  if (request.kind !== "unknown" || (command !== 0x67 && command !== 0x68)) return false;
  if (command === 0x68) exchange.sayBytes(reader.flash.identifier);
  else if (request.payload.length !== 12) exchange.sayBytes(Uint8Array.of(0x41));
  else {
    reader.flash.identifier = request.payload.slice();
    exchange.sayBytes(Uint8Array.of(ok));
  }
  return true;
};

/** 70: no answer, and none to anything else while it boots. */
export const reset: Handler = (exchange) => {
  if (!asked(exchange, "reset")) return false;
  restart(exchange.reader);
  return true;
};
