import { describe, expect, it } from "vitest";
import { fromHex } from "../framing/hex.ts";
import { decodeEpc } from "./decode-epc.ts";
import { encodeIdentityUri, encodeTagUri } from "./encode-epc.ts";
import { gen2Crc } from "./gen2-crc.ts";
import { partitionedSchemes } from "./schemes.ts";
import file from "./vectors.json" with { type: "json" };

const short = file.vectors.filter(({ scheme }) => scheme.endsWith("-96"));
const long = file.vectors.filter(({ scheme }) => !scheme.endsWith("-96"));
const numbers = [...short, ...file.derived, ...file.realTags];

describe("EPC vectors", () => {
  it.each(numbers)("$hex is $tagUri", ({ hex, tagUri, epcUri }) => {
    expect(decodeEpc(hex)).toMatchObject({ kind: "epc", tagUri, identityUri: epcUri });
  });

  it.each(numbers)("$tagUri and its identity encode to $hex", ({ hex, tagUri, epcUri }) => {
    const filter = tagUri.includes("gid-96") ? 0 : Number(/:(\d)\./.exec(tagUri)![1]);
    expect(encodeTagUri(tagUri)).toEqual({ kind: "hex", hex, afi: null });
    expect(encodeIdentityUri(epcUri, filter)).toEqual({ kind: "hex", hex, afi: null });
  });

  it.each(file.notGs1Epc)("$hex stays raw", ({ hex, uri }) => {
    const raw = `urn:epc:raw:${hex.length * 4}.x${hex}`;
    expect(decodeEpc(hex)).toMatchObject({ kind: "raw", tagUri: uri ?? raw, identityUri: uri ?? raw });
    expect(encodeTagUri(raw)).toEqual({ kind: "hex", hex, afi: null });
  });

  it.each(file.impossible)("$hex stays raw: $why", ({ hex }) => {
    expect(decodeEpc(hex)).toMatchObject({ kind: "raw", tagUri: `urn:epc:raw:96.x${hex}` });
  });

  it.each(long)("$scheme, not a 96-bit scheme, stays raw or is refused", ({ hex, tagUri }) => {
    expect(decodeEpc(hex).kind).toBe(hex.length % 2 === 0 ? "raw" : "malformed");
    expect(encodeTagUri(tagUri).kind).toBe("malformed");
  });

  it.each(file.refusedUris)('refuses "$uri": $why', ({ uri }) => {
    expect(encodeTagUri(uri)).toMatchObject({ kind: "malformed", why: expect.any(String) });
  });

  it("has a vector for every scheme", () => {
    const seen = new Set(short.map(({ scheme }) => scheme));
    expect([...partitionedSchemes.map(({ scheme }) => scheme), "gid-96"].filter((name) => !seen.has(name))).toEqual([]);
  });

  it("reads library content behind the toggle bit as raw with its AFI", () => {
    const uri = "urn:epc:raw:96.xC2.x3374257BF40C0E400000162E";
    expect(decodeEpc("3374257BF40C0E400000162E", 0x31c2)).toMatchObject({ kind: "raw", tagUri: uri });
    expect(encodeTagUri(uri)).toEqual({ kind: "hex", hex: "3374257BF40C0E400000162E", afi: 0xc2 });
  });

  it.each(["", "0", "zz", "12 4", "00".repeat(63)])('refuses "%s" as an EPC', (hex) => {
    expect(decodeEpc(hex).kind).toBe("malformed");
  });
});

describe("Gen2 tag CRC", () => {
  it.each(file.crc.vectors)("$name: CRC agrees is $valid", ({ pc, epc, crc, valid }) => {
    expect(gen2Crc(fromHex(pc + epc)!) === Number.parseInt(crc, 16)).toBe(valid);
  });
});
