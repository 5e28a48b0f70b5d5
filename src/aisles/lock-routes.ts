import type { FastifyRequest } from "fastify";
import { aisleEndpoints } from "../contract/endpoints/aisles.ts";
import { Refusal } from "../contract/errors.ts";
import type { Person } from "../contract/people.ts";
import { mount } from "../http/mount.ts";
import type { App } from "../http/route.ts";
import type { Areas } from "./areas.ts";

/** A token is not a person who could come out of the aisle again. */
function personOf({ person }: Pick<FastifyRequest, "person">): Person {
  if (!person) throw new Refusal("lock-is-personal");
  return person;
}

export function lockRoutes(app: App, areas: Areas): void {
  mount(app, aisleEndpoints.lockArea, (request) => {
    const drive = areas.drive(request.params.areaKey);
    return drive.locks.lock(personOf(request), request.body.reason);
  });
  mount(app, aisleEndpoints.unlockArea, (request) =>
    areas.drive(request.params.areaKey).locks.unlock(personOf(request).id),
  );
  mount(app, aisleEndpoints.takeOffLock, (request) => {
    const { areaKey, lockId } = request.params;
    return areas.drive(areaKey).locks.takeOff(lockId, personOf(request).id, request.body.reason);
  });
}
