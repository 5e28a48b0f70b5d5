// TDS 1.13 chapter 14. After header(8) filter(3) partition(3): company prefix and reference share `prefixAndReferenceBits`, the rest is the tail.
export interface PartitionedScheme {
  readonly scheme: SchemeName;
  readonly header: number;
  readonly prefixAndReferenceBits: number;
  /** Digits of prefix and reference together, zeros kept; null: the reference is a number without leading zeros. */
  readonly digits: number | null;
  readonly tailBits: number;
  /** "number": no leading zeros · "digits": any digits, kept by a 1 in front · "zeros": reserved, must be 0, not in the URI. */
  readonly tail: "number" | "digits" | "zeros" | "none";
}

export type SchemeName =
  | "sgtin-96"
  | "sscc-96"
  | "sgln-96"
  | "grai-96"
  | "giai-96"
  | "gdti-96"
  | "gsrn-96"
  | "cpi-96"
  | "sgcn-96"
  | "gid-96";

function scheme(
  name: SchemeName,
  header: number,
  prefixAndReferenceBits: number,
  digits: number | null,
  tail: PartitionedScheme["tail"],
): PartitionedScheme {
  return { scheme: name, header, prefixAndReferenceBits, digits, tailBits: 82 - prefixAndReferenceBits, tail };
}

export const partitionedSchemes: readonly PartitionedScheme[] = [
  scheme("sgtin-96", 0x30, 44, 13, "number"),
  scheme("sscc-96", 0x31, 58, 17, "zeros"),
  scheme("sgln-96", 0x32, 41, 12, "number"),
  scheme("grai-96", 0x33, 44, 12, "number"),
  scheme("giai-96", 0x34, 82, null, "none"),
  scheme("gdti-96", 0x2c, 41, 12, "number"),
  scheme("gsrn-96", 0x2d, 58, 17, "zeros"),
  scheme("cpi-96", 0x3c, 51, null, "number"),
  scheme("sgcn-96", 0x3f, 41, 12, "digits"),
];

/** GID has no filter and no partition: header(8) manager(28) class(24) serial(36). */
export const gidHeader = 0x35;
export const gidBits = [28, 24, 36] as const;

/** Partition 0..6 ↔ company prefix of 12..6 digits, in so many bits. */
export const prefixBitsByPartition = [40, 37, 34, 30, 27, 24, 20] as const;
export const prefixDigitsMax = 12;
