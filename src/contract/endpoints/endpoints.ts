/** The API as one table: one row an endpoint. What the server mounts, what the console calls, what OpenAPI and the tests read. */
import { aisleEndpoints } from "./aisles.ts";
import { boxEndpoints } from "./boxes.ts";
import { fileEndpoints } from "./files.ts";
import { peopleEndpoints } from "./people.ts";
import { relocationEndpoints } from "./relocations.ts";
import { stocktakeEndpoints } from "./stocktakes.ts";
import { demoEndpoints, watchEndpoints } from "./watch.ts";

export const endpoints = {
  ...aisleEndpoints,
  ...boxEndpoints,
  ...fileEndpoints,
  ...peopleEndpoints,
  ...relocationEndpoints,
  ...stocktakeEndpoints,
  ...watchEndpoints,
  ...demoEndpoints,
};
