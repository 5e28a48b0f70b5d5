import { fatekNjust } from "./fatek-njust.ts";
import type { RegisterMap } from "./register-map.ts";
import { room1 } from "./room-1.ts";

/** Every registerMap by the name that the site file uses. */
export const registerMaps: Readonly<Record<string, RegisterMap>> = {
  [room1.name]: room1,
  [fatekNjust.name]: fatekNjust,
};
