/** Feeds the wired inputs of one area into its machine: keys, confirm buttons, and inputs that see people. */
import type { Clock } from "../clock/clock.ts";
import type { InputPort } from "../contract/ports.ts";
import { inputIdOf, occupancyInputs } from "../site/input-channels.ts";
import type { AreaSpec } from "../site/schema.ts";
import type { AreaDriver } from "./drive-area.ts";

export function hearInputs(
  driver: AreaDriver,
  spec: AreaSpec,
  inputs: ReadonlyMap<string, InputPort> | undefined,
  clock: Clock,
): void {
  hearKeys(driver, spec, inputs, clock);
  hearPeople(driver, spec, inputs, clock);
}

function hearKeys(
  driver: AreaDriver,
  { resetInputs = [], confirmInputs = [] }: AreaSpec,
  inputs: ReadonlyMap<string, InputPort> | undefined,
  clock: Clock,
): void {
  // Before the resets: one button may be both, and its confirmation belongs to the time before the reset.
  for (const { device, channel } of confirmInputs)
    inputs?.get(device)?.onPress((press) => {
      if (press.channel !== channel) return;
      const { pressedAtMs } = press;
      driver.feed({ kind: "confirm-input", atMs: clock.monoMs(), inputId: inputIdOf(device, channel), pressedAtMs });
    });
  for (const { device, channel } of resetInputs)
    inputs?.get(device)?.onPress((press) => {
      const { needsReset } = driver.state();
      // A key that was already held down when STOP was pressed does not reset that STOP.
      const isAnswer = needsReset === null || press.pressedAtMs > needsReset.sinceMs;
      const inputId = inputIdOf(device, channel);
      if (press.channel === channel && isAnswer) driver.feed({ kind: "reset-input", atMs: clock.monoMs(), inputId });
    });
}

/** Fed at each reading, not only at each change: the machine must notice an input that has gone silent. */
function hearPeople(
  driver: AreaDriver,
  spec: AreaSpec,
  inputs: ReadonlyMap<string, InputPort> | undefined,
  clock: Clock,
): void {
  const eyes = occupancyInputs(spec);
  for (const device of new Set(eyes.map((eye) => eye.device))) {
    const wired = eyes.filter((eye) => eye.device === device);
    inputs?.get(device)?.onReading(({ atMs: readAtMs, isActive }) => {
      const states = Object.fromEntries(wired.map(({ id, channel }) => [id, isActive.get(channel) ?? null]));
      driver.feed({ kind: "occupancy", atMs: clock.monoMs(), readAtMs, states });
    });
  }
}
