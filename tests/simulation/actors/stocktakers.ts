/** People who run stocktakes: start, pause, resume, cancel, ask for a delta, acknowledge a finding, as the routes do it. */
import type { StocktakeScope } from "../../../src/contract/stocktake.ts";
import { setStocktakeState } from "../../../src/stocktake/set-stocktake-state.ts";
import { startStocktake } from "../../../src/stocktake/start-stocktake.ts";
import type { Gateway } from "../gateway.ts";
import { areaKeys, roomId } from "../site.ts";
import type { World } from "../world.ts";
import { type Act, actorOf, anyPerson, pickOrNull } from "./pick.ts";

function anyScope(world: World): StocktakeScope {
  const { chance, facts } = world;
  switch (chance.below(5)) {
    case 0:
      return {};
    case 1:
      return { areaKeys: [chance.pick(areaKeys)], columns: [1 + chance.below(3)] };
    case 2:
      return { sampleBoxes: 1 + chance.below(10), sampleSeed: chance.below(1000) };
    case 3:
      return { barcodes: [chance.pick(facts.boxes).barcode, chance.pick(facts.boxes).barcode] };
    default:
      return { areaKeys: [chance.pick(areaKeys)] };
  }
}

export const beginStocktake: Act = async (world) => {
  const actor = actorOf(anyPerson(world));
  const scope = anyScope(world);
  await world.ask({
    name: `start stocktake ${JSON.stringify(scope)}`,
    async run({ context, stocktakes }) {
      const id = await startStocktake(context, actor, { roomId, scope });
      stocktakes.run(id, actor);
      return id;
    },
  });
};

export const steerStocktake: Act = async (world) => {
  const open = world.facts.stocktakes.filter(({ state }) => state === "running" || state === "paused");
  const stocktake = pickOrNull(world.chance, open.length > 0 ? open : world.facts.stocktakes);
  if (!stocktake) return;
  const actor = actorOf(anyPerson(world));
  const steps =
    stocktake.state === "paused" ? (["resume", "resume", "cancel"] as const) : (["pause", "cancel", "resume"] as const);
  const step = world.chance.pick(steps);
  await world.ask({
    name: `${step} stocktake`,
    async run({ context, stocktakes }) {
      await setStocktakeState(context, actor, stocktake.id, step);
      if (step === "resume") stocktakes.run(stocktake.id, actor);
      else await stocktakes.halt(stocktake.id);
    },
  });
};

export const startDelta: Act = async (world) => {
  const actor = actorOf(anyPerson(world));
  const areaKey = world.chance.pick(areaKeys);
  const aisle = 1 + world.chance.below(2);
  await world.ask({
    name: `delta {areaKey} ${aisle}`,
    run: ({ deltas }) => deltas.ask(actor, areaKey, aisle),
  });
};

export const acknowledge: Act = async (world) => {
  const finding = pickOrNull(world.chance, world.facts.findings);
  if (!finding) return;
  const actor = actorOf(anyPerson(world));
  const { areaKey, id } = finding;
  const request = {
    name: `acknowledge ${finding.class} ${finding.barcode ?? finding.epc}`,
    run: ({ deltas }: Gateway) => deltas.acknowledge(actor, { areaKey, id, reason: null }),
  };
  // Two screens acknowledge one finding.
  await world.ask(...(world.chance.next() < 0.2 ? [request, request] : [request]));
};
