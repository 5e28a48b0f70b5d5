/** Input channels of the site file with their defaults filled in, and an input's id for rules and journal. */
import type { AreaSpec, DeviceSpec, InputChannelSpec } from "./schema.ts";

export type InputChannel = Required<InputChannelSpec>;

const defaults = { normally: "open", debounceMs: 50, stuckAfterS: 10 } as const;

export function channelsOf(device: Pick<DeviceSpec, "channels">): InputChannel[] {
  return (device.channels ?? []).map((channel) => ({ ...defaults, ...channel }));
}

/** "keys-1.3": device ids have no dot. */
export function inputIdOf(device: string, channel: number): string {
  return `${device}.${channel}`;
}

export function resetInputIds(spec: Pick<AreaSpec, "resetInputs">): string[] {
  return (spec.resetInputs ?? []).map(({ device, channel }) => inputIdOf(device, channel));
}

export function confirmInputIds(spec: Pick<AreaSpec, "confirmInputs">): string[] {
  return (spec.confirmInputs ?? []).map(({ device, channel }) => inputIdOf(device, channel));
}

/** A contact that sees people, in one aisle or, without one, in the whole area. */
export interface OccupancyInput {
  id: string;
  device: string;
  channel: number;
  aisle: number | null;
}

/** The controller's own count is left out: it has no channel. */
export function occupancyInputs(spec: Pick<AreaSpec, "safetyInputs">): OccupancyInput[] {
  return (spec.safetyInputs ?? []).flatMap(({ kind, device, input, aisle }) =>
    kind === "occupancy" && input !== undefined
      ? [{ id: inputIdOf(device, input), device, channel: input, aisle: aisle ?? null }]
      : [],
  );
}
