import type { Shape } from "../shape.ts";
import type { backups as zh } from "../zh/backups.ts";

export const backups: Shape<typeof zh> = {
  title: "Backups",
  lead: "The gateway makes them by itself and reads each back. Restoring is a command, with the gateway stopped.",
  newest: "Newest backup",
  never: "none yet",
  age: { now: "just now", minutes: "{{n}} min ago", hours: "{{n}} h ago", days: "{{n}} days ago" },
  interval: "By itself",
  everyHours: "every {{n}} h",
  notBySelf: "switched off",
  kept: "Kept",
  folder:
    "They lie in {{folder}} on the gateway. A broken disk takes them along: download one to another machine now and then.",
  makeNow: "Back up now",
  step: {
    waiting: "Waiting for the carriages to stand still (since {{time}})…",
    writing: "Writing the backup (since {{time}})…",
    checking: "Reading it back (since {{time}})…",
  },
  progress: { rows: "{{done}} of {{total}} rows written", bytes: "{{done}} of {{total}} MB read back" },
  made: "The backup is made: {{file}}",
  file: "File",
  rows: "Rows",
  size: "Size",
  download: "Download",
  none: "There is no backup yet.",
  late: "The newest backup is too old: {{time}}. Tell the administrator.",
  lateNever: "There is no backup to this day. Tell the administrator.",
  failed: "The backup at {{time}} failed:",
  open: "Show backups",
};
