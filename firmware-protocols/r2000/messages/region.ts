import type { Malformed } from "../../framing/malformed.ts";
import {
  bareRequest,
  bigEndian,
  bytesOf,
  type MessageCodec,
  readBigEndian,
  type Status,
  statusOf,
  statusReply,
} from "../message.ts";

/** A part of a standard's table (frequency indexes), or user-defined channels. */
export type Band =
  | { readonly standard: "FCC" | "ETSI" | "CHN"; readonly startIndex: number; readonly endIndex: number }
  | { readonly standard: "own"; readonly spacingKHz: number; readonly channels: number; readonly startKHz: number };

export interface SetRegion {
  readonly kind: "set-region";
  readonly band: Band;
}

export interface GetRegion {
  readonly kind: "get-region";
}

export interface Region {
  readonly kind: "region";
  readonly band: Band;
}

const standards = ["FCC", "ETSI", "CHN"] as const;

/** 78: `region(01 FCC, 02 ETSI, 03 CHN) start end` or `04 spacing(10 kHz) channels start kHz(3)` → `ErrorCode(1)`. */
export const setRegion: MessageCodec<SetRegion, Status> = {
  command: 0x78,
  name: "set-region",
  request: {
    payloadBytes: [3, 6],
    decode: (payload) => {
      const band = decodeBand(payload);
      return "kind" in band ? band : { kind: "set-region", band };
    },
    encode: (request) => encodeBand(request.band),
  },
  reply: statusReply,
};

/** 79: no payload → the layout of 78's request. */
export const getRegion: MessageCodec<GetRegion, Region | Status> = {
  command: 0x79,
  name: "get-region",
  request: bareRequest("get-region"),
  reply: {
    payloadBytes: [1, 3, 6],
    decode: (payload) => {
      if (payload.length === 1) return statusOf(payload[0]!);
      const band = decodeBand(payload);
      return "kind" in band ? band : { kind: "region", band };
    },
    encode: (reply) => (reply.kind === "status" ? bytesOf(reply.code) : encodeBand(reply.band)),
  },
};

function decodeBand(payload: Uint8Array): Band | Malformed {
  const region = payload[0];
  if (payload.length === 6 && region === 4) {
    return {
      standard: "own",
      spacingKHz: payload[1]! * 10,
      channels: payload[2]!,
      startKHz: readBigEndian(payload, 3, 3),
    };
  }
  const standard = region === undefined ? undefined : standards[region - 1];
  if (payload.length === 3 && standard !== undefined) {
    return { standard, startIndex: payload[1]!, endIndex: payload[2]! };
  }
  return { kind: "malformed", why: `region ${region} in ${payload.length} bytes` };
}

function encodeBand(band: Band): Uint8Array {
  if (band.standard !== "own") return bytesOf(standards.indexOf(band.standard) + 1, band.startIndex, band.endIndex);
  return bytesOf(4, band.spacingKHz / 10, band.channels, ...bigEndian(band.startKHz, 3));
}
