import type { Shape } from "../shape.ts";
import type { shell as zh } from "../zh/shell.ts";

export const shell: Shape<typeof zh> = {
  product: "Guiwei",
  productLong: "Guiwei · archive room console",
  skip: "Skip to the content",
  nav: {
    label: "Main navigation",
    find: "Find",
    room: "Room",
    loans: "Loans",
    stocktakes: "Stocktake",
    relocations: "Relocation",
    catalogue: "Catalogue & import",
    journal: "Journal",
    devices: "Devices",
    people: "People & tokens",
    backups: "Backups",
  },
  stop: {
    label: "STOP",
    hint: "Stops all motion in every area (Ctrl + Alt + S). Afterwards a reset at the panel is needed.",
    sending: "Stopping…",
    taken: "All areas are stopped. When it is safe, press Reset at the panel to go on.",
    unanswered: "The stop was not confirmed! Press the emergency stop at the shelf now.",
    again: "Send STOP again",
  },
  live: {
    connecting: "Connecting",
    live: "Live",
    lost: "Disconnected",
    lostLong: "The connection to the gateway is lost; what you see may be old. Reconnecting.",
  },
  lead: {
    standsBy:
      "This gateway stands by, for looking only: {{who}} leads. The carriages are shown there, and moved and stopped there or at the panel alone.",
    nobody:
      "This gateway stands by, for looking only: none leads just now, and this one takes over within seconds. To stop, use the panel or the emergency stop.",
    open: "Open the leader's console",
  },
  health: {
    badge: "Devices",
    allUp: "All devices are up",
    some: "{{count}} device(s) need attention",
    drawer: "State of the devices",
  },
  person: { signOut: "Sign out", password: "Change my password", language: "Switch to Chinese", roles: "Roles" },
  alarm: { title: "Alarm", acknowledge: "Acknowledge", acknowledgeAll: "Acknowledge all" },
  motionWarning: "is about to move: leave the aisle and stand clear of the shelves.",
  role: {
    archivist: "Archivist",
    operator: "Stocktake operator",
    supervisor: "Supervisor",
    auditor: "Auditor",
    administrator: "Administrator",
  },
  notAllowed: "Your role may not use this.",
  failedPage: "This page failed.",
  reload: "Reload",
  notFound: "There is no such page.",
};
