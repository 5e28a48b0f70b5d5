import type { Shape } from "../shape.ts";
import type { firstBox as zh } from "../zh/first-box.ts";

export const firstBox: Shape<typeof zh> = {
  title: "Find the first box",
  lead: "From an empty room to “Show me” in {{total}} steps; {{done}} are done.",
  dismiss: "Do not show again",
  done: "Done",
  open: "Not done yet",
  site: { title: "The site is loaded", told: "{{areas}} area(s), {{slots}} slots", go: "See the room" },
  devices: {
    title: "The devices are connected",
    told: "{{up}} of {{all}} are up",
    none: "The site file names no devices",
    go: "See the devices",
  },
  staff: {
    title: "Somebody may put boxes away and open aisles",
    told: "An archivist or supervisor who can sign in; an administrator may take that role as well",
    go: "To the people",
  },
  box: {
    title: "Register the first box",
    told: "Import many, or enter one by hand",
    have: "{{barcode}} is registered",
    go: "By hand",
    import: "Import",
  },
  tag: { title: "Bind its tag", told: "Scan the box's barcode, then read the tag", go: "Bind a tag" },
  slot: {
    title: "Put it into a slot",
    told: "Open the box's details, press “Put away” and scan the location code",
    go: "Put it away",
  },
  show: {
    title: "Be shown",
    told: "Search the box and press “Show me”: the aisle opens, the slot lights",
    go: "Search it",
  },
  notYours: "Your role may not do this; let an archivist or supervisor sign in",
};
