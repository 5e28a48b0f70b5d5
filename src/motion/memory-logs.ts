/** Motion's logs in memory, for tests: like a folder they outlive every motion and every gateway. */
import type { Fact, Motion } from "./messages.ts";

/** `logs`: facts by the log's name, in the order in which the logs were begun. */
export function memoryLogs(logs: Map<string, Fact[]>, nextLogId: () => string): Omit<Motion, "start"> {
  let asideId: string | null = null;
  return {
    epochsGiven: async () => ({}),
    leftOver: async () => [...logs].map(([logId, facts]) => ({ logId, facts: [...facts] })),
    async forget(logId, dropRow) {
      logs.set(logId, []);
      await dropRow();
      logs.delete(logId);
    },
    setAside(fact) {
      asideId ??= nextLogId();
      const aside = logs.get(asideId) ?? [];
      const body = fact.body.kind === "kept" ? { ...fact.body, isOld: true as const } : fact.body;
      logs.set(asideId, [...aside, { ...fact, body, id: aside.length + 1 }]);
      return true;
    },
  };
}
