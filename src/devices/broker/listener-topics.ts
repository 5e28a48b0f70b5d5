/** The gateway's subscriptions at the broker, by topic. A retained message is delivered first, unless a newer one overtook it. */
import type { Lane } from "./lane.ts";
import type { ListenerContext } from "./serve-listener.ts";

export interface Subscription {
  id: number;
  topic: string;
  /** A new message came while the retained one was being looked up, so the retained one is outdated. */
  hasNews: boolean;
}

export interface ListenerTopics {
  of(topic: string): readonly Subscription[] | undefined;
  subscribe(id: number, topic: string): Promise<void>;
  unsubscribe(id: number, topic: string): void;
  clear(): void;
}

export function listenerTopics(context: Pick<ListenerContext, "kept" | "monoMs">, first: Lane): ListenerTopics {
  const byTopic = new Map<string, Subscription[]>();

  return {
    of: (topic) => byTopic.get(topic),
    async subscribe(id, topic) {
      const subscription = { id, topic, hasNews: false };
      byTopic.set(topic, [...(byTopic.get(topic) ?? []), subscription]);
      for await (const { payload } of context.kept(topic)) {
        if (subscription.hasNews || !byTopic.get(topic)?.includes(subscription)) return;
        const said = { client: "broker", isState: true, isAlarm: false, isRetained: true };
        first.push({ subscription: id, payload, atMonoMs: context.monoMs(), ...said });
        first.flush();
      }
    },
    unsubscribe(id, topic) {
      const left = (byTopic.get(topic) ?? []).filter((one) => one.id !== id);
      if (left.length > 0) byTopic.set(topic, left);
      else byTopic.delete(topic);
    },
    clear: () => byTopic.clear(),
  };
}
