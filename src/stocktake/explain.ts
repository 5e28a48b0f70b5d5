/** The reason for a stocktake's line, in a sentence that a person can act on; stored with the result. */

type Words = { zh: string; en: string };

const sentences: Record<string, Words> = {
  "heard-in-place": { zh: "在原层读到。", en: "Heard in its own layer." },
  "heard-elsewhere": {
    zh: "在 {seen} 读到 {roundsThere} 轮，在原层读到 {roundsInPlace} 轮。",
    en: "Heard in {roundsThere} rounds at {seen}, in {roundsInPlace} at its own layer.",
  },
  "heard-elsewhere-unsure": {
    zh: "可能在 {seen}（读到 {roundsThere} 轮），原层读到 {roundsInPlace} 轮，不能确定。",
    en: "Perhaps at {seen} (heard in {roundsThere} rounds, in {roundsInPlace} at its own layer); not certain.",
  },
  "heard-in-place-unsure": {
    zh: "多半在原层，但相邻层也读到，不能确定。",
    en: "Most likely in its own layer, but neighbours heard it as well; not certain.",
  },
  "moved-during-count": {
    zh: "盘点期间移动（日志 {revision} 号）。",
    en: "Moved during the stocktake (journal row {revision}).",
  },
  "on-loan": { zh: "已由 {holder} 借出。", en: "Lent to {holder}." },
  "taken-during-count": {
    zh: "盘点期间由 {holder} 取走（日志 {revision} 号）。",
    en: "Taken by {holder} during the stocktake (journal row {revision}).",
  },
  "on-loan-but-heard": {
    zh: "登记为 {holder} 借出，之后仍在 {seen} 读到。",
    en: "Lent to {holder}, yet heard at {seen} afterwards.",
  },
  "place-unknown-but-heard": { zh: "没有登记位置，在 {seen} 读到。", en: "Its place is not known; heard at {seen}." },
  "unknown-tag": { zh: "标签未绑定任何档案盒，在 {seen} 读到。", en: "The tag is bound to no box; heard at {seen}." },
  "belongs-outside-scope": {
    zh: "应在盘点范围之外，却在 {seen} 清楚地读到。",
    en: "Belongs outside the scope, yet heard clearly at {seen}.",
  },
  "not-heard": {
    zh: "原层健康读取 {roundsHealthy} 轮，未读到。",
    en: "Not heard in {roundsHealthy} healthy rounds of its layer.",
  },
  "not-heard-unsure": {
    zh: "原层健康读取 {roundsHealthy} 轮未读到，还不足以断定缺失。",
    en: "Not heard in {roundsHealthy} healthy rounds of its layer; not enough to call it missing.",
  },
  "not-heard-uncovered": {
    zh: "原层健康读取 {roundsHealthy} 轮未读到，但有未覆盖的层，可能在那里。",
    en: "Not heard in {roundsHealthy} healthy rounds of its layer; it may stand in a layer that was not covered.",
  },
  "not-heard-tag": {
    zh: "原层健康读取 {roundsHealthy} 轮未读到；标签以往读取不多，不能排除标签失效。",
    en: "Not heard in {roundsHealthy} healthy rounds of its layer; its tag was read too seldom before to rule out that it is dead.",
  },
  "tag-never-read": {
    zh: "该标签从未读到过（{roundsHealthy} 轮未读到）：可能标签失效，也可能盒不在，请人工核对。",
    en: "This tag has never been read ({roundsHealthy} rounds without an answer): it may be dead, or the box gone; look for it by hand.",
  },
  "tag-unreadable": {
    zh: "标签几乎读不到（{roundsHealthy} 轮未读到），请人工核对并更换标签。",
    en: "Its tag hardly ever answers ({roundsHealthy} rounds without one); look for it by hand and replace the tag.",
  },
  "no-tag": { zh: "没有绑定标签，天线无法判断。", en: "It carries no tag; antennas cannot tell." },
  "placed-after-reading": {
    zh: "该层读完之后才放入（日志 {revision} 号）。",
    en: "Placed after its layer had been read (journal row {revision}).",
  },
  "antenna-missing": { zh: "该层天线未接，不作判断。", en: "The layer's antenna is missing; nothing is concluded." },
  "no-antenna": { zh: "该层没有天线。", en: "The layer has no antenna." },
  "not-read": { zh: "该层没有读取，不作判断。", en: "The layer was not read; nothing is concluded." },
  "not-in-scope": { zh: "该层不在盘点范围内。", en: "The layer is not in the scope." },
};
/** Faults of readers and links have many names; all mean that the layer's silence proves nothing. */
const notHealthy: Words = {
  zh: "该层的天线或读写器不健康，不作判断。",
  en: "The layer's antenna or reader was not healthy; nothing is concluded.",
};

export function explain(code: string, detail: Readonly<Record<string, unknown>>): Words {
  const words = sentences[code] ?? notHealthy;
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(detail[name] ?? "—"));
  return { zh: fill(words.zh), en: fill(words.en) };
}
