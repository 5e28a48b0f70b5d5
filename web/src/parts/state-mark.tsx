import { Tag } from "antd";

const looks: Record<string, string> = {
  running: "warn",
  paused: "warn",
  done: "ok",
  placed: "ok",
  picked: "warn",
  failed: "bad",
  skipped: "bad",
  checked: "warn",
};

/** A state in words; the colour only repeats it. */
export function StateMark({ state, word }: { state: string; word: string }) {
  return (
    <Tag className={`mark mark-${looks[state] ?? "plain"}`} data-state={state}>
      {word}
    </Tag>
  );
}
