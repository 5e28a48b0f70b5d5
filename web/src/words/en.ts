import { alarms } from "./en/alarms.ts";
import { backups } from "./en/backups.ts";
import { box } from "./en/box.ts";
import { catalogue } from "./en/catalogue.ts";
import { common } from "./en/common.ts";
import { delta } from "./en/delta.ts";
import { devices } from "./en/devices.ts";
import { find } from "./en/find.ts";
import { firstBox } from "./en/first-box.ts";
import { jobs } from "./en/jobs.ts";
import { journal } from "./en/journal.ts";
import { loans } from "./en/loans.ts";
import { locate } from "./en/locate.ts";
import { map } from "./en/map.ts";
import { people } from "./en/people.ts";
import { relocation } from "./en/relocation.ts";
import { shell } from "./en/shell.ts";
import { signIn } from "./en/sign-in.ts";
import { stocktake } from "./en/stocktake.ts";
import type { Shape } from "./shape.ts";
import type { zh } from "./zh.ts";

export const en: Shape<typeof zh> = {
  alarms,
  backups,
  box,
  catalogue,
  common,
  delta,
  devices,
  find,
  firstBox,
  jobs,
  journal,
  loans,
  locate,
  map,
  people,
  relocation,
  shell,
  signIn,
  stocktake,
};
