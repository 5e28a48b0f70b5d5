/**
 * For RTU through a serial server: frames carry no number, and a server that lags by seconds answers each question with the
 * answer to an earlier one. So each poll asks one question with another length than the polls before it.
 */
import type { ReadRequest } from "../../../firmware-protocols/modbus/index.ts";

const lengthsMax = 16;
/**
 * With fewer lengths a server that lags by as many polls would go unnoticed, so a small registerMap (fatek-njust) is not marked.
 */
const lengthsMin = 4;

export interface PollMark {
  /** The read that is split in two parts. */
  read: ReadRequest;
  /** The quantity of its first part in this poll. */
  lengthAt(poll: number): number;
}

export function pollMark(reads: readonly ReadRequest[]): PollMark | null {
  const choices = reads.map((read) => ({ read, lengths: lengthsOf(read, reads) }));
  const [best] = choices.sort((one, other) => other.lengths.length - one.lengths.length);
  if (!best || best.lengths.length < lengthsMin) return null;
  const { read, lengths } = best;
  return { read, lengthAt: (poll) => lengths[poll % lengths.length] ?? 0 };
}

/** Lengths below half of the read and unlike the other reads of the poll, so that each answer can be recognised by its length. */
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
