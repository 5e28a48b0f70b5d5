import { Type } from "typebox";
import type { ReaderPort } from "../contract/ports.ts";
import {
  pickBody,
  planRelocationBody,
  putBody,
  relocationDetailSchema,
  relocationPreviewSchema,
  relocationViewSchema,
  skipBody,
} from "../contract/relocation.ts";
import type { House } from "../house.ts";
import { type App, actorOf } from "../http/route.ts";
import { findMove } from "./find-move.ts";
import { pickBox } from "./pick-box.ts";
import { planRelocation } from "./plan-relocation.ts";
import { previewRelocation } from "./preview-relocation.ts";
import { putBox } from "./put-box.ts";
import { listRelocations, relocationDetail } from "./relocation-view.ts";
import { setRelocationState } from "./set-relocation-state.ts";
import { skipMove } from "./skip-move.ts";
import { undoRelocation } from "./undo-relocation.ts";
import { verifyPick, verifyPut } from "./verify-move.ts";

const params = Type.Object({ id: Type.String({ maxLength: 64 }) });
const moveParams = Type.Object({ id: Type.String({ maxLength: 64 }), no: Type.Integer({ minimum: 1 }) });
const tags = ["relocations"];
const config = { right: "relocate" } as const;
const response = { 200: relocationDetailSchema };

export function relocationRoutes(
  app: App,
  { house, readers }: { house: House; readers: ReadonlyMap<string, ReaderPort> },
): void {
  app.post(
    "/api/v1/relocations/preview",
    { config, schema: { tags, body: planRelocationBody, response: { 200: relocationPreviewSchema } } },
    (request) => previewRelocation(house, request.body),
  );
  app.get(
    "/api/v1/relocations",
    { config: { right: "look" }, schema: { tags, response: { 200: Type.Array(relocationViewSchema) } } },
    () => listRelocations(house, 50),
  );
  app.post(
    "/api/v1/relocations",
    { config, schema: { tags, body: planRelocationBody, response: { 201: relocationDetailSchema } } },
    async (request, reply) => {
      const id = await planRelocation(house, actorOf(request), request.body);
      return reply.code(201).send(await relocationDetail(house, id));
    },
  );
  app.get("/api/v1/relocations/:id", { config: { right: "look" }, schema: { tags, params, response } }, (request) =>
    relocationDetail(house, request.params.id),
  );
  for (const step of ["start", "pause", "resume", "cancel"] as const) {
    app.post(`/api/v1/relocations/:id/${step}`, { config, schema: { tags, params, response } }, async (request) => {
      await setRelocationState(house, actorOf(request), request.params.id, step);
      return relocationDetail(house, request.params.id);
    });
  }
  app.post(
    "/api/v1/relocations/:id/undo",
    { config, schema: { tags, params, body: skipBody, response: { 201: relocationDetailSchema } } },
    async (request, reply) => {
      const id = await undoRelocation(house, actorOf(request), request.params.id, request.body.reason);
      return reply.code(201).send(await relocationDetail(house, id));
    },
  );
  app.post(
    "/api/v1/relocations/:id/moves/:no/pick",
    { config, schema: { tags, params: moveParams, body: pickBody, response } },
    async (request) => {
      const { id, no } = request.params;
      const { move, barcode, epc } = await findMove(house.db, id, no);
      const evidence = await verifyPick(house.layout, readers, { barcode, epc, slotId: move.fromSlotId }, request.body);
      await pickBox(house, actorOf(request), { relocationId: id, no, evidence });
      return relocationDetail(house, id);
    },
  );
  app.post(
    "/api/v1/relocations/:id/moves/:no/put",
    { config, schema: { tags, params: moveParams, body: putBody, response } },
    async (request) => {
      const { id, no } = request.params;
      const { move, barcode, epc } = await findMove(house.db, id, no);
      const evidence = await verifyPut(house.layout, readers, { barcode, epc, slotId: move.toSlotId }, request.body);
      await putBox(house, actorOf(request), { relocationId: id, no, evidence });
      return relocationDetail(house, id);
    },
  );
  app.post(
    "/api/v1/relocations/:id/moves/:no/skip",
    { config, schema: { tags, params: moveParams, body: skipBody, response } },
    async (request) => {
      const { id, no } = request.params;
      await skipMove(house, actorOf(request), { relocationId: id, no, reason: request.body.reason });
      return relocationDetail(house, id);
    },
  );
}
