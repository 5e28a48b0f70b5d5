import { alarms } from "./zh/alarms.ts";
import { backups } from "./zh/backups.ts";
import { box } from "./zh/box.ts";
import { catalogue } from "./zh/catalogue.ts";
import { common } from "./zh/common.ts";
import { delta } from "./zh/delta.ts";
import { devices } from "./zh/devices.ts";
import { find } from "./zh/find.ts";
import { firstBox } from "./zh/first-box.ts";
import { jobs } from "./zh/jobs.ts";
import { journal } from "./zh/journal.ts";
import { loans } from "./zh/loans.ts";
import { locate } from "./zh/locate.ts";
import { map } from "./zh/map.ts";
import { people } from "./zh/people.ts";
import { relocation } from "./zh/relocation.ts";
import { shell } from "./zh/shell.ts";
import { signIn } from "./zh/sign-in.ts";
import { stocktake } from "./zh/stocktake.ts";

export const zh = {
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
