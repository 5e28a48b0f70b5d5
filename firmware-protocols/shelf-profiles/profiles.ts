import { fatekNjust } from "./fatek-njust.ts";
import type { ShelfProfile } from "./profile-map.ts";
import { room1 } from "./room-1.ts";

/** Every profile by the name that the site file uses. */
export const shelfProfiles: Readonly<Record<string, ShelfProfile>> = {
  [room1.name]: room1,
  [fatekNjust.name]: fatekNjust,
};
