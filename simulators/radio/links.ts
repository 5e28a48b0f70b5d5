/**
 * All links of one antenna: values that change only with a put-back are computed then and kept. A layer's links are computed
 * again when a box came or went there, those across the aisle also when the carriages moved.
 */
import type { Area, Layer, Layout } from "../../src/site/layout.ts";
import type { BoxRoom, TwinBox } from "../room/boxes.ts";
import { couplingDb } from "./coupling.ts";
import { normalAt, saltFor } from "./draw.ts";
import { areaOf, pathTo, type Source, sourcesAround } from "./geometry.ts";
import { oneWayDb } from "./link-budget.ts";
import type { AirRules } from "./parameters.ts";
import type { Tag } from "./tag.ts";
import { visitDb } from "./visit.ts";

export interface Link {
  epc: string;
  tag: Tag;
  /** Power at the tag above its need, for 0 dBm at the reader. */
  marginDb: number;
  /** Signal at the reader for 0 dBm, this visit's draw included. */
  signalDbm: number;
  /** Identifies this visit of this tag at this antenna in draws. */
  visitSalt: number;
}

interface Block {
  source: Source;
  revision: number;
  gapMm: number;
  links: Link[];
}

export interface AntennaLinks {
  area: Area;
  blocks: Block[];
}

export interface LinkBook {
  layout: Layout;
  boxes: BoxRoom;
  rules: AirRules;
  tagOf(epc: string): Tag;
  /** For the whole air. */
  salt: number;
}

/** Carriages that moved less than this leave the links across the aisle as they are. */
const gapStepMm = 10;

export function newAntennaLinks(book: LinkBook, layer: Layer): AntennaLinks | null {
  const area = areaOf(book.layout, layer);
  if (!area) return null;
  const blocks = sourcesAround(book.layout, layer).map((source) => ({ source, revision: -1, gapMm: 0, links: [] }));
  return { area, blocks };
}

/** The present links from a source. */
export function linksOf(book: LinkBook, antenna: AntennaLinks, layer: Layer, block: Block, gapMm: number): Link[] {
  const revision = book.boxes.revisions.get(block.source.layerId) ?? 0;
  const gap = block.source.face === "opposite" ? Math.round(gapMm / gapStepMm) * gapStepMm : 0;
  if (block.revision === revision && block.gapMm === gap) return block.links;
  block.revision = revision;
  block.gapMm = gap;
  block.links = computeLinks(book, antenna.area, layer, block.source, gap);
  return block.links;
}

function computeLinks(book: LinkBook, area: Area, layer: Layer, source: Source, gapMm: number): Link[] {
  const { layout, boxes, rules } = book;
  const there = layout.layerById.get(source.layerId);
  const standing = boxes.byLayer.get(source.layerId);
  if (!there || !standing?.size) return [];
  const row = [...standing]
    .map((box) => ({ box, alongMm: alongMm(layout, box) }))
    .sort((a, b) => a.alongMm - b.alongMm);
  const needDb = Math.log(rules.linkChanceMin / (1 - rules.linkChanceMin)) * rules.answerWidthDb - rules.powerDbmMax;
  const links: Link[] = [];
  row.forEach(({ box, alongMm: along }, i) => {
    const tag = book.tagOf(box.epc);
    const path = pathTo(area, layer, source, { alongMm: along, layer: there, tag }, gapMm, rules);
    const leftMm = along - (row[i - 1]?.alongMm ?? -Infinity);
    const rightMm = (row[i + 1]?.alongMm ?? Infinity) - along;
    const gainDb =
      oneWayDb(path, tag.axis, rules) - couplingDb(leftMm, rightMm, rules) + leakDb(book, layer, source, along);
    const marginDb = gainDb - tag.sensitivityDbm;
    if (marginDb < needDb) return;
    const visitSalt = saltFor(tag.salt ^ book.salt, `${layer.id}#${box.visit}`);
    const signalDbm = 2 * gainDb + tag.signalDb + visitDb(visitSalt, rules);
    links.push({ epc: box.epc, tag, marginDb, signalDbm, visitSalt });
  });
  return links;
}

/** One-way; belongs to the place and the antenna, whatever box stands there. */
function leakDb(book: LinkBook, layer: Layer, source: Source, alongMm: number): number {
  const { leakSdDb, wallLeakSdDb } = book.rules;
  const sdDb = source.layers !== 0 ? leakSdDb : source.bays !== 0 ? wallLeakSdDb : 0;
  if (sdDb === 0) return 0;
  const place = saltFor(book.salt, `${source.layerId}@${layer.id}`);
  return (sdDb / 2) * normalAt(place, Math.round(alongMm));
}

/** Boxes stand in the middle of their slots. */
function alongMm(layout: Layout, box: TwinBox): number {
  const slot = box.place.kind === "slot" ? layout.slotById.get(box.place.slotId) : undefined;
  return slot ? slot.offsetMm + slot.widthMm / 2 : 0;
}
