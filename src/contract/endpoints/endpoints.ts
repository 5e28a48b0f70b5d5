/** The API as one table, one row for each endpoint. The server mounts it, the console calls it, OpenAPI and the tests read it. */
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
