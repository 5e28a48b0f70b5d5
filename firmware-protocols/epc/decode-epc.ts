import { isHex } from "../framing/hex.ts";
import { type Malformed, malformed } from "../framing/malformed.ts";
import {
  gidBits,
  gidHeader,
  type PartitionedScheme,
  partitionedSchemes,
  prefixBitsByPartition,
  prefixDigitsMax,
  type SchemeName,
} from "./schemes.ts";

/** A GS1 number. `fields` are the URI's parts behind the filter: company prefix first, leading zeros kept. */
export interface Gs1Epc {
  readonly kind: "epc";
  readonly scheme: SchemeName;
  /** Null for GID, which has none. */
  readonly filter: number | null;
  readonly fields: readonly string[];
  readonly tagUri: string;
  readonly identityUri: string;
}

/** Any other content, kept whole as `urn:epc:raw:`; `why` says why it is no GS1 number of the 96-bit schemes. */
export interface RawEpc {
  readonly kind: "raw";
  readonly tagUri: string;
  readonly identityUri: string;
  readonly why: string;
}

/** A PC with this bit set says that the content follows ISO 15962 and an AFI, not GS1 (library tags). */
export const pcToggleBit = 0x100;

/** 31 words of EPC bank. */
export const epcBytesMax = 62;

/** Decodes an EPC bank; `pc`, if the reader reports it, decides whether it can be a GS1 number at all. Never throws. */
export function decodeEpc(hex: string, pc?: number): Gs1Epc | RawEpc | Malformed {
  if (hex.length === 0 || hex.length > 2 * epcBytesMax || !isHex(hex)) {
    return malformed(`"${hex.slice(0, 40)}" is not 1..${epcBytesMax} bytes of hex`);
  }
  const upper = hex.toUpperCase();
  if (pc !== undefined && (pc & pcToggleBit) !== 0) {
    const afi = (pc & 0xff).toString(16).toUpperCase().padStart(2, "0");
    return raw(`urn:epc:raw:${hex.length * 4}.x${afi}.x${upper}`, `PC toggle bit is set, AFI ${afi}`);
  }
  const decoded = hex.length === 24 ? decode96(BigInt(`0x${upper}`)) : `${hex.length * 4} bits, not 96`;
  return typeof decoded === "string" ? raw(`urn:epc:raw:${hex.length * 4}.x${upper}`, decoded) : decoded;
}

function raw(uri: string, why: string): RawEpc {
  return { kind: "raw", tagUri: uri, identityUri: uri, why };
}

function decode96(bits: bigint): Gs1Epc | string {
  const header = Number(bits >> 88n);
  if (header === gidHeader) {
    const [managerBits, classBits, serialBits] = gidBits;
    const manager = cut(bits, classBits + serialBits, managerBits);
    return gs1("gid-96", null, [manager, cut(bits, serialBits, classBits), cut(bits, 0, serialBits)].map(String));
  }
  const scheme = partitionedSchemes.find((candidate) => candidate.header === header);
  return scheme === undefined ? `header ${header.toString(16)} is no 96-bit scheme` : decodePartitioned(scheme, bits);
}

function decodePartitioned(scheme: PartitionedScheme, bits: bigint): Gs1Epc | string {
  const partition = Number(cut(bits, 82, 3));
  const prefixBits = prefixBitsByPartition[partition];
  if (prefixBits === undefined) return `partition ${partition}`;
  const prefixDigits = prefixDigitsMax - partition;
  const referenceBits = scheme.prefixAndReferenceBits - prefixBits;
  const prefix = digitsOf(cut(bits, scheme.tailBits + referenceBits, prefixBits), prefixDigits);
  if (prefix === null) return `company prefix has more than ${prefixDigits} digits`;
  const referenceValue = cut(bits, scheme.tailBits, referenceBits);
  const reference =
    scheme.digits === null ? String(referenceValue) : digitsOf(referenceValue, scheme.digits - prefixDigits);
  if (reference === null) return `reference has more than ${scheme.digits! - prefixDigits} digits`;
  const tail = tailOf(scheme, cut(bits, 0, scheme.tailBits));
  if (tail === null) return "reserved bits or serial are impossible";
  return gs1(scheme.scheme, Number(cut(bits, 85, 3)), [prefix, reference, ...tail]);
}

function tailOf(scheme: PartitionedScheme, value: bigint): string[] | null {
  if (scheme.tail === "number") return [String(value)];
  if (scheme.tail !== "digits") return value === 0n ? [] : null;
  const digits = String(value);
  return digits.startsWith("1") && digits.length >= 2 && digits.length <= 13 ? [digits.slice(1)] : null;
}

function gs1(scheme: SchemeName, filter: number | null, fields: readonly string[]): Gs1Epc {
  const tagFields = filter === null ? fields : [filter, ...fields];
  return {
    kind: "epc",
    scheme,
    filter,
    fields,
    tagUri: `urn:epc:tag:${scheme}:${tagFields.join(".")}`,
    identityUri: `urn:epc:id:${scheme.slice(0, -3)}:${fields.join(".")}`,
  };
}

function cut(bits: bigint, from: number, size: number): bigint {
  return (bits >> BigInt(from)) & ((1n << BigInt(size)) - 1n);
}

/** The number with exactly this many digits, or null when it needs more. Without digits only 0 fits. */
function digitsOf(value: bigint, digits: number): string | null {
  if (value >= 10n ** BigInt(digits)) return null;
  return digits === 0 ? "" : String(value).padStart(digits, "0");
}
