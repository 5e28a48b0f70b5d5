import { boxViews } from "../catalogue/box-view.ts";
import type { Context } from "../context.ts";
import type { ShowBoxResult } from "../contract/aisles.ts";
import { Refusal } from "../contract/errors.ts";
import { type Actor, roomChain } from "../contract/journal.ts";
import type { LightTarget } from "../contract/shelf.ts";
import { change } from "../journal/change.ts";
import type { Areas } from "./areas.ts";

/**
 * "Show me": opens the aisle of the box's slot and, when it stands open, lights the slot. Answers as soon as the command is under
 * way; a refusal gives the reason. The light follows in the background, and the journal says whether the controller shows it.
 */
export async function showBox(
  { context, areas, onFailure }: { context: Context; areas: Areas; onFailure(error: unknown): void },
  actor: Actor,
  boxId: string,
  askedAtMs: number,
): Promise<ShowBoxResult> {
  const [box] = await boxViews(context, [boxId]);
  if (!box) throw new Refusal("box-unknown", { box: boxId });
  if (box.place.kind === "person")
    throw new Refusal("box-on-loan", { barcode: box.barcode, holder: box.place.holder?.name ?? "" });
  const slot = context.layout.slotById.get(box.place.slotId ?? "");
  const layer = slot ? context.layout.layerById.get(slot.layerId) : undefined;
  if (!slot || !layer) throw new Refusal("box-not-in-slot", { barcode: box.barcode, place: box.place.kind });
  const areaKey = `${layer.roomId}.${layer.areaId}`;
  const drive = areas.drive(areaKey);
  const command = await drive.request(actor, "open", layer.aisle, `show ${box.barcode}`, askedAtMs);
  const target: LightTarget = {
    column: layer.column,
    side: layer.side,
    bay: layer.bay,
    layer: layer.layer,
    slot: slot.slot,
  };
  void lightWhenOpen().catch(onFailure);
  const { attention } = drive.view();
  return { command, areaKey, aisle: layer.aisle, locationCode: slot.locationCode, attention };

  async function lightWhenOpen(): Promise<void> {
    const settled = await drive.settled(command.id);
    if (settled.state !== "done") return;
    const shown = await drive.light(target);
    const isShown = JSON.stringify(shown) === JSON.stringify(target);
    await change(context, async (_tx, recorder) => {
      recorder.note({
        chain: roomChain(layer?.roomId ?? ""),
        actor,
        kind: "slot.lit",
        subject: `box:${boxId}`,
        body: { boxId, areaKey, locationCode: slot?.locationCode, target, shown, isShown, commandId: command.id },
      });
    });
  }
}
