/**
 * What one inventory round of one layer's antenna hears, by the physics of parameters.ts. All randomness is passed in: tags and
 * put-backs draw from the air's own source, events in a round from the reader's.
 */
import type { Chance } from "../../src/clock/chance.ts";
import type { Layer, Layout } from "../../src/site/layout.ts";
import type { BoxRoom } from "../room/boxes.ts";
import { saltOf } from "./draw.ts";
import { inventoryRound } from "./inventory.ts";
import { answerChance } from "./link-budget.ts";
import { type AntennaLinks, type Link, linksOf, newAntennaLinks } from "./links.ts";
import { type AirRules, defaultAir } from "./parameters.ts";
import { newSessionFlags, type Session, type Target } from "./session-flags.ts";
import { atRest, type Surroundings } from "./surroundings.ts";
import { newTag, type Tag } from "./tag.ts";
import { channelDb } from "./visit.ts";

export interface AirRead {
  epc: string;
  signalDbm: number;
}

export interface RoundOrder {
  /** The layer of the antenna, which identifies it in the air. */
  layer: Layer;
  powerDbm: number;
  session: Session;
  target: Target;
  /** Number of the channel in the reader's band; the reader does the hopping. */
  channel: number;
  atMs: number;
}

export interface HeardRound {
  /** In the order they were singulated, each tag once. */
  reads: AirRead[];
  /** Air time. */
  ms: number;
  slots: number;
}

export interface Air {
  rules: AirRules;
  /** One round; `chance` is the reader's own. */
  round(order: RoundOrder, chance: Chance): HeardRound;
  /** A tag's properties; for tests and scores, never for a reader. */
  tagOf(epc: string): Tag;
  /** The present links of an antenna; for tests and scores. */
  linksOf(layer: Layer): Link[];
}

interface Answer {
  link: Link;
  dbm: number;
}

export function newAir(
  layout: Layout,
  boxes: BoxRoom,
  chance: Chance,
  rules: AirRules = defaultAir,
  around: Surroundings = atRest(layout),
): Air {
  const tags = new Map<string, Tag>();
  const antennas = new Map<string, AntennaLinks | null>();
  const flags = newSessionFlags(rules);
  const book = { layout, boxes, rules, tagOf, salt: saltOf(chance.fork("visits")) };
  const tagChance = chance.fork("tags");

  function tagOf(epc: string): Tag {
    let tag = tags.get(epc);
    if (!tag) {
      tag = newTag(tagChance.fork(epc), rules);
      tags.set(epc, tag);
    }
    return tag;
  }

  function antennaOf(layer: Layer): AntennaLinks | null {
    let antenna = antennas.get(layer.id);
    if (antenna === undefined) {
      antenna = newAntennaLinks(book, layer);
      antennas.set(layer.id, antenna);
    }
    return antenna;
  }

  /** The tags that get enough power this time and have something to send. */
  function answersOf(order: RoundOrder, own: Chance): Answer[] {
    const { layer, powerDbm, session, target, channel, atMs } = order;
    const antenna = antennaOf(layer);
    const answers: Answer[] = [];
    if (!antenna) return answers;
    const areaKey = `${layer.roomId}.${layer.areaId}`;
    const gapMm = around.gapMm(areaKey, layer.aisle);
    const isPeopled = around.people(areaKey, layer.aisle) > 0;
    const unrestDb = isPeopled ? own.normal(rules.personUnrestSdDb) : 0;
    for (const block of antenna.blocks) {
      const acrossDb = isPeopled && block.source.face === "opposite" ? rules.personAcrossDb : 0;
      const extraDb = unrestDb - acrossDb;
      for (const link of linksOf(book, antenna, layer, block, gapMm)) {
        const marginDb = link.marginDb + powerDbm + extraDb;
        if (own.next() >= answerChance(marginDb, rules)) continue;
        if (flags.flagOf(link.epc, session, atMs) !== target) continue;
        const dbm =
          link.signalDbm +
          powerDbm +
          2 * extraDb +
          channelDb(link.visitSalt, channel, rules) +
          own.normal(rules.readSdDb);
        if (dbm >= rules.floorDbm) answers.push({ link, dbm });
      }
    }
    return answers;
  }

  return {
    rules,
    tagOf,
    linksOf(layer) {
      const antenna = antennaOf(layer);
      const gapMm = around.gapMm(`${layer.roomId}.${layer.areaId}`, layer.aisle);
      return antenna?.blocks.flatMap((block) => linksOf(book, antenna, layer, block, gapMm)) ?? [];
    },
    round(order, own) {
      const { reads, ms, slots } = inventoryRound(answersOf(order, own), own, rules);
      for (const { link } of reads) flags.turn(link.epc, link.tag, order.session, order.atMs);
      return { reads: reads.map(({ link, dbm }) => ({ epc: link.epc, signalDbm: Math.round(dbm) })), ms, slots };
    },
  };
}
