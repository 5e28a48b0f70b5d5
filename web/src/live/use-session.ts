import { useQuery } from "@tanstack/react-query";
import { mayDo, type Right } from "../../../src/contract/roles.ts";
import { sessionQuery } from "./queries.ts";

export function useSession() {
  return useQuery(sessionQuery).data;
}

/** The rights of the signed-in person, by the same table as the server's. */
export function useMay(): (right: Right) => boolean {
  const held = useSession()?.person?.roles ?? [];
  return (right) => mayDo(held, right);
}
