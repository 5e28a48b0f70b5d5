/** Routes that change something and that no row of the hold measure asks: on purpose, or the run fails. */
import { type Measure, measured } from "./measure.ts";

const oneRow = "changes one row and its journal row, as new boxes and lending do";
const asBefore = "one step of what a row asks for from its begin to its end";
const noMore = "no more rows than the planning that a row asks for";
const byRoom = "asked all the time beside every row (hold-openings.ts, hold-stops.ts)";
const personal = "a person's own act with a cookie; the rows ask with a token, which it refuses";
const noDemo = "refused outside the demo and after the first visit";

export const leftOut: Readonly<Record<string, string>> = {
  "PATCH /api/v1/session": personal,
  "DELETE /api/v1/session": personal,
  "POST /api/v1/session/refused-seen": personal,
  "POST /api/v1/session/demo": noDemo,
  "POST /api/v1/set-up": noDemo,
  "PATCH /api/v1/people/{id}": oneRow,
  "POST /api/v1/alarms/{id}/clear": "no alarm stands; changes one row and its journal row",
  "POST /api/v1/jobs/{id}/stop": "ends a process; tests/faults/jobs.test.ts",
  "POST /api/v1/imports/{id}/cancel": asBefore,
  "POST /api/v1/imports/{id}/pause": asBefore,
  "POST /api/v1/imports/{id}/resume": asBefore,
  "POST /api/v1/areas/{areaKey}/open": byRoom,
  "POST /api/v1/stop": "of all areas: would break the motions that are measured; one area's STOP is asked all the time",
  "POST /api/v1/areas/{areaKey}/lock": personal,
  "POST /api/v1/areas/{areaKey}/unlock": personal,
  "POST /api/v1/areas/{areaKey}/locks/{lockId}/take-off": personal,
  "POST /api/v1/boxes/{id}/show": "opens an aisle of an area that the openings have",
  "POST /api/v1/stocktakes/{id}/pause": asBefore,
  "POST /api/v1/stocktakes/{id}/resume": asBefore,
  "POST /api/v1/areas/{areaKey}/findings/{id}/acknowledge": "no finding stands; changes one row and its journal row",
  "POST /api/v1/relocations/{id}/start": noMore,
  "POST /api/v1/relocations/{id}/pause": oneRow,
  "POST /api/v1/relocations/{id}/resume": oneRow,
  "POST /api/v1/relocations/{id}/cancel": noMore,
  "POST /api/v1/relocations/{id}/undo": "plans the way back as the plan was made",
  "POST /api/v1/relocations/{id}/moves/{no}/pick": oneRow,
  "POST /api/v1/relocations/{id}/moves/{no}/put": oneRow,
  "POST /api/v1/relocations/{id}/moves/{no}/skip": oneRow,
};

/** `notAsked`: "POST /api/v1/stop". Unknown ones are new; known ones that were asked need no excuse any more. */
export function leftOutMeasure(name: string, notAsked: readonly string[]): Measure {
  const unexcused = notAsked.filter((route) => leftOut[route] === undefined);
  const outdated = Object.keys(leftOut).filter((route) => !notAsked.includes(route));
  const told = [
    ...unexcused.map((route) => `${route}: no row asks it`),
    ...outdated.map((route) => `${route}: is asked, or is gone`),
  ];
  return measured({
    name: `${name}: changing routes that no row asks and nobody excused`,
    ...{ value: told.length, unit: "", goal: { of: "value", atMost: 0 }, failsRun: true },
    note: told.join("; "),
  });
}
