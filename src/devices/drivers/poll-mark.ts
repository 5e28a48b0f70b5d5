/**
 * RTU through a serial server: frames carry no number, and a server that is seconds late answers each question with what it was
 * asked some questions ago. So one question of each poll is of another length than those of the polls before it.
 */
import type { ReadRequest } from "../../../firmware-protocols/modbus/index.ts";

const lengthsMax = 16;
/** With fewer a server that is late by as many polls would pass: a registerMap of so few registers (fatek-njust) is not marked. */
const lengthsMin = 4;

export interface PollMark {
  /** The one that is asked in two parts. */
  read: ReadRequest;
  /** Of its first part, in this poll. */
  lengthAt(poll: number): number;
}

export function pollMark(reads: readonly ReadRequest[]): PollMark | null {
  const choices = reads.map((read) => ({ read, lengths: lengthsOf(read, reads) }));
  const [best] = choices.sort((one, other) => other.lengths.length - one.lengths.length);
  if (!best || best.lengths.length < lengthsMin) return null;
  const { read, lengths } = best;
  return { read, lengthAt: (poll) => lengths[poll % lengths.length] ?? 0 };
}

/** Shorter than what is left of it, and than no other question of the poll: each answer has a length that only its own has. */
function lengthsOf(read: ReadRequest, reads: readonly ReadRequest[]): number[] {
  // Bits come in whole bytes.
  const unit = read.fn === 1 || read.fn === 2 ? 8 : 1;
  const unitsOf = ({ quantity }: ReadRequest) => Math.ceil(quantity / unit);
  const others = new Set(reads.filter((other) => other !== read && other.fn === read.fn).map(unitsOf));
  const count = Math.ceil(unitsOf(read) / 2) - 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => i + 1)
    .filter((length) => !others.has(length))
    .slice(0, lengthsMax)
    .map((length) => length * unit);
}
