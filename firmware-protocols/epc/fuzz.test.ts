import fc from "fast-check";
import { expect, it } from "vitest";
import { bytesSubject, type FuzzSubject, fuzzInputs, fuzzParser, luckOf } from "../framing/fuzz.ts";
import { fromHex, toHex } from "../framing/hex.ts";
import { decodeEpc } from "./decode-epc.ts";
import { encodeIdentityUri, encodeTagUri } from "./encode-epc.ts";
import { partitionedSchemes } from "./schemes.ts";
import file from "./vectors.json" with { type: "json" };

const inputs = fuzzInputs(process.env);
const epcs = [...file.vectors, ...file.derived, ...file.realTags, ...file.impossible];
const samples = epcs.flatMap(({ hex }) => fromHex(hex) ?? []);
const uris = [...file.vectors, ...file.derived].flatMap(({ tagUri, epcUri }) => [tagUri, epcUri]);

it(`${inputs} contents come back from their URI bit for bit`, { timeout: inputs / 4 }, () => {
  const subject = bytesSubject("epc decode", samples, 62, (bytes) => {
    const hex = toHex(bytes);
    const decoded = decodeEpc(hex);
    if (decoded.kind === "malformed") {
      if (hex.length > 0) throw new Error(decoded.why);
      return;
    }
    const back = encodeTagUri(decoded.tagUri);
    if (back.kind !== "hex" || back.hex !== hex) throw new Error(decoded.tagUri);
    if (decoded.kind !== "epc") return;
    const same = encodeIdentityUri(decoded.identityUri, decoded.filter ?? 0);
    if (same.kind !== "hex" || same.hex !== hex) throw new Error(decoded.identityUri);
  });
  expect(fuzzParser(subject, inputs, 3)).toMatchObject({ inputs });
});

it(`${inputs} damaged URIs are encoded or refused, never thrown at`, { timeout: inputs / 4 }, () => {
  const letters = "0123456789.:x-aAgz%\u0000档";
  const subject: FuzzSubject<string> = {
    name: "epc encode",
    make: (luck) => {
      const uri = uris[luck.below(uris.length)]!;
      const at = luck.below(uri.length + 1);
      return uri.slice(0, at) + letters[luck.below(letters.length)] + uri.slice(at + luck.below(3));
    },
    run: (uri) => {
      const encoded = encodeTagUri(uri);
      if (encoded.kind === "hex" && encoded.afi === null) {
        const back = decodeEpc(encoded.hex);
        if (back.kind === "malformed" || (back.kind === "epc" && back.tagUri !== uri && !uri.includes(":raw:"))) {
          throw new Error(encoded.hex);
        }
      }
      encodeIdentityUri(uri, 3);
    },
    show: (uri) => uri,
  };
  expect(fuzzParser(subject, inputs, 4)).toMatchObject({ inputs });
});

it("every number a scheme can hold survives the way there and back", () => {
  const digits = (size: number) =>
    fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: size, maxLength: size });
  const uri = fc.constantFrom(...partitionedSchemes).chain((scheme) =>
    fc.integer({ min: 6, max: 12 }).chain((size) => {
      const reference = scheme.digits === null ? fc.nat(999).map(String) : digits(scheme.digits - size);
      const serial = scheme.tail === "digits" ? digits(5) : fc.nat().map(String);
      const tail =
        scheme.tail === "number" || scheme.tail === "digits" ? serial.map((text) => `.${text}`) : fc.constant("");
      return fc
        .tuple(fc.nat(7), digits(size), reference, tail)
        .map(([filter, prefix, ref, end]) => `urn:epc:tag:${scheme.scheme}:${filter}.${prefix}.${ref}${end}`);
    }),
  );
  fc.assert(
    fc.property(uri, (tagUri) => {
      const encoded = encodeTagUri(tagUri);
      expect(encoded.kind === "hex" && decodeEpc(encoded.hex)).toMatchObject({ kind: "epc", tagUri });
    }),
  );
});

it("the fuzz harness names subject, seed and input when something throws, and repeats itself", () => {
  const subject = bytesSubject("brittle", [Uint8Array.of(1, 2)], 4, (bytes) => {
    if (bytes[0] === 1 && bytes.length === 4) throw new Error("broken");
  });
  expect(() => fuzzParser(subject, 10_000, 7)).toThrow(/^brittle, seed 7, input \d+: 01/);
  const draw = (seed: number) => {
    const luck = luckOf(seed);
    return [luck.below(1000), luck.below(1000), luck.below(1000)];
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});
