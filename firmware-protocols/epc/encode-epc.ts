import { isHex } from "../framing/hex.ts";
import { type Malformed, malformed } from "../framing/malformed.ts";
import { epcBytesMax } from "./decode-epc.ts";
import {
  gidBits,
  gidHeader,
  type PartitionedScheme,
  partitionedSchemes,
  prefixBitsByPartition,
  prefixDigitsMax,
  type SchemeName,
} from "./schemes.ts";

/** The content to write to a tag: upper-case hex, and the AFI if a raw URI names one. */
export interface EpcHex {
  readonly kind: "hex";
  readonly hex: string;
  readonly afi: number | null;
}

/** `urn:epc:tag:…` or `urn:epc:raw:…` to hex. Never throws. */
export function encodeTagUri(uri: string): EpcHex | Malformed {
  if (uri.startsWith("urn:epc:raw:")) return encodeRaw(uri);
  const match = /^urn:epc:tag:([a-z]+-96):(.+)$/.exec(uri);
  if (match === null) return malformed(`"${uri.slice(0, 80)}" is no 96-bit tag URI`);
  const name = match[1]!;
  const fields = match[2]!.split(".");
  if (name === "gid-96") return encodeGid(fields);
  const [filter, ...rest] = fields;
  if (!/^[0-7]$/.test(filter!)) return malformed(`filter "${filter}" is not 0..7`);
  return encodePartitioned(name, Number(filter), rest);
}

/** `urn:epc:id:…` to hex; `filter` 0..7 is not part of the identity and must be given (GID has none). Never throws. */
export function encodeIdentityUri(uri: string, filter: number): EpcHex | Malformed {
  if (uri.startsWith("urn:epc:raw:")) return encodeRaw(uri);
  const match = /^urn:epc:id:([a-z]+):(.+)$/.exec(uri);
  if (match === null) return malformed(`"${uri.slice(0, 80)}" is no identity URI`);
  if (!Number.isInteger(filter) || filter < 0 || filter > 7) return malformed(`filter ${filter} is not 0..7`);
  const fields = match[2]!.split(".");
  return match[1] === "gid" ? encodeGid(fields) : encodePartitioned(`${match[1]}-96`, filter, fields);
}

function encodeRaw(uri: string): EpcHex | Malformed {
  const match = /^urn:epc:raw:(\d{1,3})\.x(?:([0-9A-F]{2})\.x)?([0-9A-F]+)$/.exec(uri);
  if (match === null) return malformed(`"${uri.slice(0, 80)}" is no raw URI`);
  const [, bits, afi, hex] = match;
  if (!isHex(hex!) || hex!.length > 2 * epcBytesMax || Number(bits) !== hex!.length * 4) {
    return malformed(`raw URI says ${bits} bits, has ${hex!.length * 4}`);
  }
  return { kind: "hex", hex: hex!, afi: afi === undefined ? null : Number.parseInt(afi, 16) };
}

function encodeGid(fields: readonly string[]): EpcHex | Malformed {
  if (fields.length !== 3) return malformed(`gid has 3 fields, not ${fields.length}`);
  let bits = BigInt(gidHeader);
  for (const [index, size] of gidBits.entries()) {
    const value = numberOf(fields[index]!, size);
    if (value === null) return malformed(`"${fields[index]}" is no number of ${size} bits`);
    bits = (bits << BigInt(size)) | value;
  }
  return hexOf(bits);
}

function encodePartitioned(name: string, filter: number, fields: readonly string[]): EpcHex | Malformed {
  const scheme = partitionedSchemes.find((candidate) => candidate.scheme === (name as SchemeName));
  if (scheme === undefined) return malformed(`"${name.slice(0, 20)}" is no 96-bit scheme`);
  const fieldsNeeded = scheme.tail === "zeros" || scheme.tail === "none" ? 2 : 3;
  if (fields.length !== fieldsNeeded) return malformed(`${name} has ${fieldsNeeded} fields, not ${fields.length}`);
  const [prefix, reference, tail] = fields as [string, string, string?];
  const partition = prefixDigitsMax - prefix.length;
  const prefixBits = prefixBitsByPartition[partition];
  if (prefixBits === undefined || !/^\d+$/.test(prefix))
    return malformed(`company prefix "${prefix}" is not 6..12 digits`);
  const referenceBits = scheme.prefixAndReferenceBits - prefixBits;
  const referenceValue = referenceOf(scheme, reference, prefix.length, referenceBits);
  if (referenceValue === null)
    return malformed(`${name} reference "${reference}" does not fit a prefix of ${prefix.length}`);
  const tailValue = tailOf(scheme, tail);
  if (tailValue === null) return malformed(`${name} serial "${tail}" is impossible`);
  let bits = (BigInt(scheme.header) << 6n) | BigInt((filter << 3) | partition);
  bits = (bits << BigInt(prefixBits)) | BigInt(prefix);
  bits = (bits << BigInt(referenceBits)) | referenceValue;
  return hexOf((bits << BigInt(scheme.tailBits)) | tailValue);
}

function referenceOf(scheme: PartitionedScheme, text: string, prefixDigits: number, bits: number): bigint | null {
  if (scheme.digits === null) return numberOf(text, bits);
  if (text.length !== scheme.digits - prefixDigits || !/^\d*$/.test(text)) return null;
  return BigInt(text === "" ? 0 : text);
}

function tailOf(scheme: PartitionedScheme, text: string | undefined): bigint | null {
  if (text === undefined) return 0n;
  if (scheme.tail === "digits") return /^\d{1,12}$/.test(text) ? BigInt(`1${text}`) : null;
  return numberOf(text, scheme.tailBits);
}

/** A number without leading zeros that fits the bits. */
function numberOf(text: string, bits: number): bigint | null {
  if (!/^(0|[1-9]\d{0,29})$/.test(text)) return null;
  const value = BigInt(text);
  return value < 1n << BigInt(bits) ? value : null;
}

function hexOf(bits: bigint): EpcHex {
  return { kind: "hex", hex: bits.toString(16).toUpperCase().padStart(24, "0"), afi: null };
}
