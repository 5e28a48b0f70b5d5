import { useQuery } from "@tanstack/react-query";
import type { RoomsView } from "../../../src/contract/aisles.ts";
import { useLanguage } from "../words/index.ts";
import { areaQuery, roomsQuery } from "./queries.ts";

export type RoomGeometry = RoomsView[number];
export type AreaGeometry = RoomGeometry["areas"][number];

export function useRooms(): RoomsView {
  return useQuery(roomsQuery).data ?? [];
}

export function useAreas(): AreaGeometry[] {
  return useRooms().flatMap((room) => room.areas);
}

/** State of an area: asked once, then kept by the live feed. */
export function useAreaView(areaKey: string) {
  return useQuery({ ...areaQuery(areaKey), staleTime: 30_000 });
}

export function useAreaName(): (areaKey: string | null | undefined) => string {
  const areas = useAreas();
  const language = useLanguage();
  return (areaKey) => areas.find((area) => area.areaKey === areaKey)?.name[language] ?? areaKey ?? "";
}
