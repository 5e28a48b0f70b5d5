import type { Context } from "../context.ts";
import type { AreaView } from "../contract/aisles.ts";
import type { LeadStanding } from "../lead/lead-grant.ts";
import type { FromMotion, Motion } from "../motion/messages.ts";
import type { AreaDriveDeps } from "./area-drive-deps.ts";

export interface AreasDeps {
  context: Context;
  motion: Motion;
  /** Epoch of the lead under which this gateway writes; left out where the folder's lock is the lead. */
  leadEpoch?: number | null;
  onView(view: AreaView): void;
  onAlarm: AreaDriveDeps["onAlarm"];
  onFailure(error: unknown): void;
  /** Progress of storing a long log that an earlier motion left. */
  onLeftOver?: (logId: string, factsStored: number) => void;
  attentionOf?: AreaDriveDeps["attentionOf"];
  beforeOpening?: AreaDriveDeps["beforeOpening"];
  /** true: motion is ready; false: nothing drives the carriages. */
  onMotion?: (isUp: boolean) => void;
  /** How sure motion is of this gateway's lead. After "lost" it has ended and no other one is started. */
  onLead?: (standing: LeadStanding) => void;
  /** Health of motion's devices other than their shelves. */
  onPicture?: (picture: Extract<FromMotion, { kind: "picture" }>) => void;
}
