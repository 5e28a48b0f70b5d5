/**
 * Checks that it was really this box and this place: a hand scan or the layer's own antenna must confirm a move before it counts.
 */
import { Refusal } from "../contract/errors.ts";
import type { ReaderPort } from "../contract/ports.ts";
import type { PlaceEvidence } from "../placement/record-place.ts";
import type { Layout } from "../site/layout.ts";

export interface MoveFacts {
  barcode: string;
  epc: string | null;
  /** Slot that the box leaves (pick) or reaches (put). */
  slotId: string;
}

const roundsAsked = 5;

/** Pick: the box itself was scanned, or its layer's antenna no longer reads it. */
export async function verifyPick(
  layout: Layout,
  readers: ReadonlyMap<string, ReaderPort>,
  facts: MoveFacts,
  scans: { scannedBarcode?: string | undefined; scannedEpc?: string | undefined },
): Promise<PlaceEvidence> {
  const scanned = checkBoxScan(facts, scans);
  if (scanned) return { by: "box-scan", scanned };
  const heard = await listen(layout, readers, facts);
  if (heard && heard.roundsAnswered === 0) return { by: "radio", ...heard };
  throw new Refusal("move-not-verified", { what: "" });
}

/**
 * Put: the slot was scanned, or its layer's antenna reads the box in most rounds (radio is evidence for the layer, not the slot).
 */
export async function verifyPut(
  layout: Layout,
  readers: ReadonlyMap<string, ReaderPort>,
  facts: MoveFacts,
  scans: { scannedBarcode?: string | undefined; scannedLocationCode?: string | undefined },
): Promise<PlaceEvidence> {
  checkBoxScan(facts, scans);
  const code = layout.slotById.get(facts.slotId)?.locationCode ?? facts.slotId;
  if (scans.scannedLocationCode !== undefined) {
    const scanned = scans.scannedLocationCode.trim();
    if (scanned.toUpperCase() !== code.toUpperCase())
      throw new Refusal("slot-scan-differs", { scanned, locationCode: code });
    return { by: "slot-scan", scanned: code };
  }
  const heard = await listen(layout, readers, facts);
  if (heard && heard.roundsAnswered * 2 > heard.roundsHealthy) return { by: "radio", ...heard };
  throw new Refusal("move-not-verified", { what: ` → ${code}` });
}

function checkBoxScan(
  facts: MoveFacts,
  scans: { scannedBarcode?: string | undefined; scannedEpc?: string | undefined },
): string | null {
  const scanned = (scans.scannedBarcode ?? scans.scannedEpc)?.trim();
  if (!scanned) return null;
  const same = [facts.barcode, facts.epc].some((known) => known?.toUpperCase() === scanned.toUpperCase());
  if (!same) throw new Refusal("move-wrong-box", { scanned, barcode: facts.barcode });
  return scanned;
}

interface LayerHeard {
  layerId: string;
  roundsHealthy: number;
  roundsAnswered: number;
}

/** Asks the layer's antenna; null when it cannot be asked or is unhealthy: then radio proves nothing. */
async function listen(
  layout: Layout,
  readers: ReadonlyMap<string, ReaderPort>,
  facts: MoveFacts,
): Promise<LayerHeard | null> {
  const layer = layout.layerById.get(layout.slotById.get(facts.slotId)?.layerId ?? "");
  const reader = layer?.antenna ? readers.get(layer.antenna.readerId) : undefined;
  if (!layer?.antenna || !reader || !facts.epc) return null;
  for await (const coverage of reader.inventory({ antennas: [layer.antenna.port], roundsEach: roundsAsked })) {
    if (!coverage.healthy) return null;
    const answered = coverage.sightings.filter((one) => one.epc === facts.epc).reduce((sum, one) => sum + one.count, 0);
    return {
      layerId: layer.id,
      roundsHealthy: coverage.roundsOffered,
      roundsAnswered: Math.min(answered, coverage.roundsOffered),
    };
  }
  return null;
}
