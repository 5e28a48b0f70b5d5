import { gen2Crc } from "../../firmware-protocols/epc/gen2-crc.ts";
import { fromHex } from "../../firmware-protocols/framing/hex.ts";
import { decodeRequest, encodeReply } from "../../firmware-protocols/r2000/decode.ts";
import type { R2000Frame } from "../../firmware-protocols/r2000/index.ts";
import { statusOf } from "../../firmware-protocols/r2000/message.ts";
import type { Reply } from "../../firmware-protocols/r2000/table.ts";
import type { Clock } from "../../src/clock/clock.ts";

/** Answers like the manual (firmware-protocols/r2000/PROTOCOL.md): `tags` by 1-based port. One round takes 40 ms. */
export interface FakeReader {
  tags: Map<number, string[]>;
  missing: Set<number>;
  powerDbm: number;
  isDead: boolean;
  /** Frames of the next buffer read that the line loses. */
  loseFrames: number;
  restart(): void;
  asked: string[];
  hear(frame: R2000Frame): void;
}

interface FakeOptions {
  address: number;
  clock: Clock;
  send(bytes: Uint8Array): void;
}

/** State that a restart clears. */
interface Memory {
  bank: number;
  antenna: number;
  buffer: string[];
  restarts: number;
}

type Request = ReturnType<typeof decodeRequest>;
type Say = (message: Reply) => void;

const common = { frequencyIndex: 30, pc: 0x3000 };

export function fakeReader({ address, clock, send }: FakeOptions): FakeReader {
  const memory: Memory = { bank: 0, antenna: 0, buffer: [], restarts: 0 };
  const fake: FakeReader = {
    tags: new Map(),
    missing: new Set(),
    powerDbm: 26,
    isDead: false,
    loseFrames: 0,
    asked: [],
    restart() {
      Object.assign(memory, { bank: 0, antenna: 0, buffer: [], restarts: memory.restarts + 1 });
      fake.powerDbm = 26;
    },
    hear(frame) {
      const request = decodeRequest(frame);
      if (fake.isDead || request.kind === "malformed") return;
      fake.asked.push(request.kind);
      const say: Say = (message) => send(encodeReply(address, frame.command, message));
      if (request.kind === "inventory" || request.kind === "real-time-inventory")
        hearTags(fake, memory, clock, request.repeat, frame.command === 0x80, say);
      else if (request.kind === "get-buffer") tellBuffer(fake, memory, say);
      else answer(fake, memory, request, say);
    },
  };
  return fake;
}

function answer(fake: FakeReader, memory: Memory, request: Request, say: Say): void {
  const ok = () => say(statusOf(0x10));
  if (request.kind === "get-firmware-version") say({ kind: "firmware-version", major: 2, minor: 38 });
  else if (request.kind === "get-temperature") say({ kind: "temperature", celsius: 31 });
  else if (request.kind === "get-output-power") say({ kind: "output-power", powersDbm: [fake.powerDbm] });
  else if (request.kind === "set-temporary-power") {
    fake.powerDbm = request.value;
    ok();
  } else if (request.kind === "set-antenna-bank") {
    memory.bank = request.value / 16;
    ok();
  } else if (request.kind === "set-work-antenna") {
    memory.antenna = request.value;
    ok();
  } else if (request.kind === "clear-buffer") {
    memory.buffer = [];
    ok();
  }
}

/** Reads round by round; a reader that restarts or dies meanwhile reports no more of them. */
function hearTags(fake: FakeReader, memory: Memory, clock: Clock, repeat: number, isBuffered: boolean, say: Say): void {
  const { antenna, restarts: before } = memory;
  const port = memory.bank * 8 + antenna + 1;
  if (fake.missing.has(port)) {
    say(statusOf(0x22));
    return;
  }
  const tags = fake.tags.get(port) ?? [];
  const alive = (fn: () => void) => () => void (memory.restarts === before && !fake.isDead && fn());
  const round = alive(() => {
    for (const epc of tags) {
      if (isBuffered) memory.buffer.push(epc);
      else say({ kind: "tag", epc, antenna: memory.antenna, rssiRaw: 69, signalDbm: -61, ...common });
    }
  });
  for (let no = 1; no <= repeat; no++) clock.after(no * 40 - 5, round);
  const shared = { antenna, readRate: 50, totalRead: tags.length * repeat };
  const end: Reply = isBuffered
    ? { kind: "inventory-summary", tagCount: tags.length, ...shared }
    : { kind: "inventory-end", ...shared };
  clock.after(
    repeat * 40,
    alive(() => say(tags.length === 0 && isBuffered ? statusOf(0x36) : end)),
  );
}

function tellBuffer(fake: FakeReader, { buffer, antenna }: Memory, say: Say): void {
  const distinct = [...new Set(buffer)];
  if (distinct.length === 0) {
    say(statusOf(0x38));
    return;
  }
  for (const epc of distinct) {
    const bytes = Uint8Array.of(0x30, 0, ...(fromHex(epc) ?? []));
    const readCount = buffer.filter((other) => other === epc).length;
    const crc = gen2Crc(bytes, 0, bytes.length);
    if (fake.loseFrames-- > 0) continue;
    const tag = { epc, antenna, rssiRaw: 69, signalDbm: -61, crc, crcOk: true, readCount, ...common };
    say({ kind: "buffered-tag", tagCount: distinct.length, ...tag });
  }
}
