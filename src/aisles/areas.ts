import type { AreaView } from "../contract/aisles.ts";
import { Refusal } from "../contract/errors.ts";
import type { InputPort, ShelfPort } from "../contract/ports.ts";
import type { House } from "../house.ts";
import { areaRules } from "../shelving/area-rules.ts";
import { inputIdOf } from "../site/input-channels.ts";
import { type AreaDrive, type AreaDriveDeps, driveArea } from "./area-drive.ts";
import { startArea } from "./start-area.ts";

export interface Areas {
  /** Refuses with not-found. */
  drive(areaKey: string): AreaDrive;
  all(): AreaDrive[];
  close(): Promise<void>;
}

export interface AreasDeps {
  house: House;
  shelves: ReadonlyMap<string, ShelfPort>;
  /** Left out where no key is wired. */
  inputs?: ReadonlyMap<string, InputPort>;
  onView(view: AreaView): void;
  onAlarm(alarm: { areaKey: string; code: string; zh: string; en: string; atMs: number }): void;
  onFailure(error: unknown): void;
  attentionOf?: AreaDriveDeps["attentionOf"];
  beforeOpening?: AreaDriveDeps["beforeOpening"];
}

/** Takes up every area of the site, each with a new epoch. */
export async function openAreas(deps: AreasDeps): Promise<Areas> {
  const drives = new Map<string, AreaDrive>();
  for (const area of deps.house.layout.areas) {
    const areaKey = `${area.roomId}.${area.id}`;
    const port = deps.shelves.get(areaKey);
    if (!port) continue;
    const rules = areaRules(areaKey, area.spec, port.cannotKeep);
    const state = await startArea(deps.house, rules);
    const drive = driveArea({ ...deps, rules, port, state });
    drives.set(areaKey, drive);
    for (const { device, channel } of area.spec.resetInputs ?? []) {
      deps.inputs?.get(device)?.onPress((press) => {
        if (press.channel === channel) drive.resetInput(inputIdOf(device, channel), press.pressedAtMs);
      });
    }
  }
  return {
    drive(areaKey) {
      const drive = drives.get(areaKey);
      if (!drive) throw new Refusal("not-found", { what: areaKey });
      return drive;
    },
    all: () => [...drives.values()],
    async close() {
      await Promise.all([...drives.values()].map((drive) => drive.close()));
    },
  };
}
