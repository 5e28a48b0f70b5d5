import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { RoomView } from "../../../src/contract/aisles.ts";
import { useLanguage } from "../words/index.ts";
import { areaQuery, roomsQuery } from "./queries.ts";

export type RoomGeometry = RoomView;
export type AreaGeometry = RoomGeometry["areas"][number];

export function useRooms(): RoomView[] {
  return useQuery(roomsQuery).data ?? [];
}

export function useAreas(): AreaGeometry[] {
  return useRooms().flatMap((room) => room.areas);
}

/** State of an area: fetched once, then updated by the live feed. */
export function useAreaView(areaKey: string) {
  return useQuery({ ...areaQuery(areaKey), staleTime: 30_000 });
}

/** By area key; a room's id gives the room's name. */
export function useAreaName(): (key: string | null | undefined) => string {
  const rooms = useRooms();
  const language = useLanguage();
  const { t } = useTranslation();
  return (key) => {
    const area = rooms.flatMap((room) => room.areas).find(({ areaKey }) => areaKey === key);
    if (key === "gateway") return t("journal.by.gateway");
    return (area ?? rooms.find(({ id }) => id === key))?.name[language] ?? key ?? "";
  };
}
