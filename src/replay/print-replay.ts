/** A replay for people, both languages on every line. */
import type { Outcome } from "../sensing/verdict.ts";
import type { Layout } from "../site/layout.ts";
import { type Replay, type ReplayedTag, replay } from "./replay.ts";

const words: Record<Outcome, string> = {
  confirmed: "在位 confirmed",
  suspected: "存疑 suspected",
  contradicted: "错架 contradicted",
  lost: "缺失 lost",
  unreadable: "标签不应答 unreadable",
  notCovered: "未覆盖 not covered",
  unknown: "未知标签 unknown",
};

export async function replayToScreen(
  layout: Layout,
  files: readonly string[],
  isJson: boolean,
  say: (line: string) => void,
): Promise<Replay> {
  const result = await replay(layout, files);
  if (isJson) say(JSON.stringify(result, null, 2));
  else printReplay(result, say);
  return result;
}

export function printReplay(replay: Replay, say: (line: string) => void): void {
  const { lines, refused, antennas, coveragesLost, derivedAntennas, right } = replay;
  say(`${lines} 行 / lines, ${refused.length} 行被拒绝 / refused`);
  for (const { file, line, zh, en } of refused) say(`  ${file}:${line} ${zh} / ${en}`);
  if (coveragesLost > 0)
    say(`  录制时漏记 ${coveragesLost} 次天线轮询 / the recorder lost ${coveragesLost} antennas' rounds`);
  if (derivedAntennas > 0)
    say(`  ${derivedAntennas} 个天线没有轮次记录，按时间推算 / antennas without rounds, derived from time`);
  for (const { reader, antenna, layerId, roundsHealthy, fault } of antennas)
    say(`  ${reader}:${antenna} → ${layerId} ${fault ? `故障 / fault: ${fault}` : `${roundsHealthy} 轮 / rounds`}`);
  for (const tag of replay.tags) say(lineOf(tag));
  if (right)
    say(
      `正确 / right (${right.tags}): 判断 / judged ${right.judge}, 最强 / strongest ${right.strongest}, 最后 / last ${right.last}`,
    );
}

function lineOf(tag: ReplayedTag): string {
  const { epc, barcode, outcome, layerId, probability, naive, trueLayerId } = tag;
  const place = outcome === "notCovered" ? "?" : (layerId ?? "—");
  const said = `${barcode ?? epc}: ${words[outcome]} ${place} ${probability.toFixed(4)}`;
  if (trueLayerId === undefined) return said;
  const mark = (answer: string | null) => `${answer ?? "—"} ${answer === trueLayerId ? "✓" : "✗"}`;
  return `${said} | 真实 / true ${trueLayerId ?? "—"} | 最强 / strongest ${mark(naive.strongest)} | 最后 / last ${mark(naive.last)}`;
}
