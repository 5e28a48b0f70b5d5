import { epcBytesMax } from "../epc/decode-epc.ts";
import { epcText } from "../epc/tag-read.ts";
import { toHex } from "../framing/hex.ts";

/** The content of this reader's `epc` and `tid` fields; "unset" accepts only texts that cannot be mistaken for the other. */
export type EpcField = "hex" | "base64" | "unset";

export type BinaryField = { readonly hex: string } | { readonly hex: null; readonly why: string };

/** A memory bank from its `…Hex` field, or else from its plain one in the reader's configured form. */
export function bankOf(hexField: unknown, field: unknown, setting: EpcField): BinaryField {
  if (hexField !== undefined) {
    const hex = epcText(hexField);
    return hex === null ? { hex, why: "invalid EPC: the Hex field is not hex" } : { hex };
  }
  if (typeof field !== "string") return { hex: null, why: "invalid EPC: missing or no text" };
  const asHex = setting === "base64" ? null : epcText(field);
  const asBase64 = setting === "hex" ? null : fromBase64(field);
  if (asHex !== null && asBase64 !== null) {
    return { hex: null, why: "ambiguous EPC: both hex and base64; set the reader's epcField" };
  }
  const hex = asHex ?? (asBase64 === null ? null : toHex(asBase64));
  if (hex !== null) return { hex };
  return { hex, why: `invalid EPC: not ${setting === "unset" ? "hex or base64" : setting}` };
}

/** PC is two bytes: of its two spellings only one has that length. */
export function pcOf(field: unknown): number | null {
  if (typeof field !== "string") return null;
  if (/^[0-9A-Fa-f]{4}$/.test(field)) return Number.parseInt(field, 16);
  const bytes = fromBase64(field);
  return bytes?.length === 2 ? (bytes[0]! << 8) | bytes[1]! : null;
}

const base64CharactersMax = Math.ceil(epcBytesMax / 3) * 4;

/** The bytes of canonical base64, padded or not, either alphabet; null for anything else. */
function fromBase64(text: string): Uint8Array | null {
  if (text.length > base64CharactersMax || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return null;
  const plain = text.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
  if (plain.length % 4 === 1 || (text.endsWith("=") && text.length % 4 !== 0)) return null;
  const binary = atob(plain);
  if (btoa(binary).replace(/=+$/, "") !== plain || binary.length > epcBytesMax) return null;
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
