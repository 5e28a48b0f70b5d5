/** One user action: one Idempotency-Key, kept while the same call is repeated. */
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { newKey } from "./call.ts";
import type { QueryKey } from "./keys.ts";

export interface Act<In, Out> {
  run(input: In, key: string): Promise<Out>;
  /** Queries to fetch again afterwards, whether or not the feed is connected. */
  old?: readonly QueryKey[];
  done?(out: Out, input: In, client: QueryClient): void;
}

export function useAct<In = void, Out = unknown>(act: Act<In, Out>) {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: ({ input, key }: { input: In; key: string }) => act.run(input, key),
    onSuccess: (out, { input }) => act.done?.(out, input, client),
    onSettled: () => {
      for (const queryKey of act.old ?? []) void client.invalidateQueries({ queryKey });
    },
  });
  return {
    go: (input: In) => mutation.mutate({ input, key: newKey() }),
    isBusy: mutation.isPending,
    error: mutation.error,
    out: mutation.data,
    forget: mutation.reset,
  };
}
