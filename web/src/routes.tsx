/** Every page is a chunk of its own: the first load is the shell and Find. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Gate } from "./parts/gate.tsx";
import { PageFailed, PageMissing } from "./parts/page-failed.tsx";

const root = createRootRoute({ component: Gate, notFoundComponent: PageMissing });
const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

const find = createRoute({
  getParentRoute: () => root,
  path: "/",
  // The router would read q=32001187 as a number.
  validateSearch: (search: Record<string, unknown>): { q?: string; box?: string } => ({
    q: typeof search.q === "number" ? String(search.q) : text(search.q),
    box: text(search.box),
  }),
  component: lazyRouteComponent(() => import("./pages/find.tsx"), "FindPage"),
});
const room = createRoute({
  getParentRoute: () => root,
  path: "/room",
  component: lazyRouteComponent(() => import("./pages/room.tsx"), "RoomPage"),
});
const loans = createRoute({
  getParentRoute: () => root,
  path: "/loans",
  component: lazyRouteComponent(() => import("./pages/loans.tsx"), "LoansPage"),
});
const stocktakes = createRoute({
  getParentRoute: () => root,
  path: "/stocktakes",
  component: lazyRouteComponent(() => import("./pages/stocktakes.tsx"), "StocktakesPage"),
});
const stocktake = createRoute({
  getParentRoute: () => root,
  path: "/stocktakes/$id",
  component: lazyRouteComponent(() => import("./pages/stocktake.tsx"), "StocktakePage"),
});
const relocations = createRoute({
  getParentRoute: () => root,
  path: "/relocations",
  component: lazyRouteComponent(() => import("./pages/relocations.tsx"), "RelocationsPage"),
});
const planRelocation = createRoute({
  getParentRoute: () => root,
  path: "/relocations/new",
  component: lazyRouteComponent(() => import("./pages/plan-relocation.tsx"), "PlanRelocationPage"),
});
const relocation = createRoute({
  getParentRoute: () => root,
  path: "/relocations/$id",
  component: lazyRouteComponent(() => import("./pages/relocation.tsx"), "RelocationPage"),
});
const catalogue = createRoute({
  getParentRoute: () => root,
  path: "/catalogue",
  validateSearch: (search: Record<string, unknown>): { tab?: string } => ({ tab: text(search.tab) }),
  component: lazyRouteComponent(() => import("./pages/catalogue.tsx"), "CataloguePage"),
});
const importOne = createRoute({
  getParentRoute: () => root,
  path: "/imports/$id",
  component: lazyRouteComponent(() => import("./pages/import.tsx"), "ImportPage"),
});
const journal = createRoute({
  getParentRoute: () => root,
  path: "/journal",
  component: lazyRouteComponent(() => import("./pages/journal.tsx"), "JournalPage"),
});
const devices = createRoute({
  getParentRoute: () => root,
  path: "/devices",
  component: lazyRouteComponent(() => import("./pages/devices.tsx"), "DevicesPage"),
});
const people = createRoute({
  getParentRoute: () => root,
  path: "/people",
  component: lazyRouteComponent(() => import("./pages/people.tsx"), "PeoplePage"),
});
const backups = createRoute({
  getParentRoute: () => root,
  path: "/backups",
  component: lazyRouteComponent(() => import("./pages/backups.tsx"), "BackupsPage"),
});

const tree = root.addChildren([
  find,
  room,
  loans,
  stocktakes,
  stocktake,
  relocations,
  planRelocation,
  relocation,
  catalogue,
  importOne,
  journal,
  devices,
  people,
  backups,
]);

export const router = createRouter({ routeTree: tree, defaultErrorComponent: PageFailed, defaultPreload: "intent" });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
