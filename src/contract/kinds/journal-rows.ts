/**
 * Every kind of fact that the gateway records, with its sentence. The console fills {{actor}}, {{barcode}} and the other blanks
 * from the row (journal-sentence.ts).
 */
import { kindsOf, type Said } from "./said.ts";

export const journalKindTable = {
  // Boxes and their places: the body holds the whole placement after the change.
  "box.created": { zh: "{{actor}}登记了档案盒 {{barcode}}", en: "{{actor}} created box {{barcode}}" },
  "box.placed": {
    zh: "{{actor}}将档案盒 {{barcode}} 放到 {{location}}",
    en: "{{actor}} put box {{barcode}} at {{location}}",
  },
  "box.taken": {
    zh: "{{actor}}将档案盒 {{barcode}} 借给 {{holder}}",
    en: "{{actor}} lent box {{barcode}} to {{holder}}",
  },
  "box.returned": {
    zh: "{{actor}}将档案盒 {{barcode}} 归还到 {{location}}",
    en: "{{actor}} returned box {{barcode}} to {{location}}",
  },
  "box.in-transit": {
    zh: "{{actor}}取出档案盒 {{barcode}}，移位途中",
    en: "{{actor}} took box {{barcode}} out; it is in transit",
  },
  "box.home-changed": {
    zh: "{{actor}}更改了档案盒 {{barcode}} 的固定位",
    en: "{{actor}} changed the home slot of box {{barcode}}",
  },
  "box.withdrawn": { zh: "{{actor}}注销了档案盒 {{barcode}}", en: "{{actor}} withdrew box {{barcode}}" },
  "tag.bound": {
    zh: "{{actor}}将标签 {{epc}} 绑定到档案盒 {{barcode}}",
    en: "{{actor}} bound tag {{epc}} to box {{barcode}}",
  },
  "tag.unbound": {
    zh: "{{actor}}解除了档案盒 {{barcode}} 的标签 {{epc}}",
    en: "{{actor}} unbound tag {{epc}} from box {{barcode}}",
  },
  // Records and imports are on the site's chain, one row for each batch.
  "import.started": { zh: "{{actor}}开始导入", en: "{{actor}} started an import" },
  "import.paused": { zh: "{{actor}}暂停导入", en: "{{actor}} paused the import" },
  "import.resumed": { zh: "{{actor}}继续导入", en: "{{actor}} resumed the import" },
  "import.batch": { zh: "导入了一批", en: "A batch was imported" },
  "import.ended": { zh: "导入结束", en: "The import ended" },
  // Motion: every decision, with the inputs that it was based on.
  "aisle.requested": { zh: "{{actor}}请求：{{area}}{{verb}}", en: "{{actor}} asked: {{area}}, {{verb}}" },
  "aisle.decided": {
    zh: "对{{area}}的指令作出判断：{{outcome}}",
    en: "The command for {{area}} was judged: {{outcome}}",
  },
  "aisle.settled": { zh: "{{area}}的指令结束：{{outcome}}", en: "The command for {{area}} ended: {{outcome}}" },
  "area.stopped": { zh: "{{actor}}停止了{{area}}", en: "{{actor}} stopped {{area}}" },
  "area.alarm": { zh: "{{area}}报警：{{outcome}}", en: "Alarm in {{area}}: {{outcome}}" },
  /** A person's own lock: put on, taken off by the owner, taken off by somebody else. The body names all remaining locks. */
  "area.locked": { zh: "{{actor}}在{{area}}挂锁", en: "{{actor}} locked {{area}}" },
  "area.unlocked": { zh: "{{actor}}取下了自己在{{area}}的锁", en: "{{actor}} took their own lock off {{area}}" },
  "area.lock-taken-off": {
    zh: "{{actor}}代{{holder}}取下了{{area}}的锁",
    en: "{{actor}} took the lock of {{holder}} off {{area}}, for them",
  },
  "area.lock-lost": {
    zh: "{{holder}}挂在{{area}}的锁没有存下，其间由另一网关主控，锁不再有效",
    en: "The lock of {{holder}} on {{area}} was never stored while others led, and no longer holds",
  },
  /** A device of the room raised or cleared an alarm. */
  "room.alarm": {
    zh: "{{actor}}报警（{{what}}）：{{outcome}}",
    en: "{{actor}} raised an alarm ({{what}}): {{outcome}}",
  },
  /** A person cleared an alarm that a device had raised. */
  "room.alarm-cleared": {
    zh: "{{actor}}解除了 {{name}} 的报警（{{what}}）",
    en: "{{actor}} cleared the alarm of {{name}} ({{what}})",
  },
  /** A number of alarms of a device were refused, with the reason. */
  "room.alarms-refused": {
    zh: "未采信 {{name}} 的 {{count}} 条报警：{{fault}}",
    en: "{{count}} alarms of {{name}} were not taken: {{fault}}",
  },
  "slot.lit": { zh: "架位灯亮：{{location}}", en: "Lit: {{location}}" },
  // Stocktakes, relocations and other work.
  "stocktake.started": { zh: "{{actor}}开始盘点", en: "{{actor}} started a stocktake" },
  "stocktake.paused": { zh: "盘点暂停", en: "The stocktake was paused" },
  "stocktake.resumed": { zh: "盘点继续", en: "The stocktake goes on" },
  "stocktake.ended": { zh: "盘点结束", en: "The stocktake ended" },
  /** A person accepted or dismissed a line of the result. */
  "stocktake.decided": {
    zh: "{{actor}}处理了盘点结果第 {{no}} 条：{{outcome}}",
    en: "{{actor}} decided line {{no}} of a stocktake: {{outcome}}",
  },
  /** A calibration of an area's antennas was learned from finished stocktakes. */
  "calibration.learned": { zh: "{{actor}}标定了{{area}}的天线", en: "{{actor}} calibrated the antennas of {{area}}" },
  /** A person acknowledged a finding of a delta stocktake. */
  "finding.acknowledged": {
    zh: "{{actor}}确认已知晓动态盘点的发现：{{barcode}}",
    en: "{{actor}} acknowledged what a delta stocktake found: {{barcode}}",
  },
  /** A hand search for a box, and how it ended. */
  "locate.started": {
    zh: "{{actor}}开始听信号寻找档案盒 {{barcode}}",
    en: "{{actor}} began to listen for box {{barcode}}",
  },
  "locate.ended": {
    zh: "档案盒 {{barcode}} 的寻找结束：{{outcome}}",
    en: "The search for box {{barcode}} ended: {{outcome}}",
  },
  "relocation.planned": { zh: "{{actor}}制定了移位计划{{name}}", en: "{{actor}} planned relocation {{name}}" },
  "relocation.started": { zh: "{{actor}}开始移位", en: "{{actor}} started the relocation" },
  "relocation.picked": {
    zh: "{{actor}}从 {{from}} 取出档案盒 {{barcode}}",
    en: "{{actor}} picked box {{barcode}} from {{from}}",
  },
  "relocation.placed": {
    zh: "{{actor}}将档案盒 {{barcode}} 放到 {{location}}（移位）",
    en: "{{actor}} put box {{barcode}} at {{location}} (relocation)",
  },
  "relocation.skipped": { zh: "{{actor}}跳过了档案盒 {{barcode}}", en: "{{actor}} skipped box {{barcode}}" },
  "relocation.paused": { zh: "{{actor}}暂停了移位", en: "{{actor}} paused the relocation" },
  "relocation.resumed": { zh: "{{actor}}继续移位", en: "{{actor}} resumed the relocation" },
  "relocation.ended": { zh: "移位结束", en: "The relocation ended" },
  // People, tokens, the machine and the program itself.
  "person.created": { zh: "{{actor}}新增了人员 {{name}}", en: "{{actor}} added {{name}}" },
  "person.changed": { zh: "{{actor}}更改了人员 {{name}}", en: "{{actor}} changed {{name}}" },
  "person.signed-in": { zh: "{{actor}}登录", en: "{{actor}} signed in" },
  "person.signed-out": { zh: "{{actor}}退出登录", en: "{{actor}} signed out" },
  "person.sign-in-refused": { zh: "登录被拒绝（{{name}}）", en: "A sign-in was refused ({{name}})" },
  "token.created": { zh: "{{actor}}新增了令牌 {{name}}", en: "{{actor}} made token {{name}}" },
  "token.revoked": { zh: "{{actor}}吊销了令牌 {{name}}", en: "{{actor}} revoked token {{name}}" },
  "site.loaded": { zh: "载入了站点文件", en: "The site file was loaded" },
  /** The machine's clock: it started or stopped following its time source, it was set, or the machine slept. */
  "machine.time": { zh: "主机时间：{{outcome}}", en: "The machine's time: {{outcome}}" },
  "machine.clock-gap": { zh: "主机时钟跳变：{{outcome}}", en: "The machine's clock jumped: {{outcome}}" },
  /** A backup was written and read back: the body names the file, its rows, bytes and sha256. */
  "backup.made": { zh: "{{actor}}做了备份 {{name}}", en: "{{actor}} made backup {{name}}" },
  "backup.failed": { zh: "备份失败：{{outcome}}", en: "A backup failed: {{outcome}}" },
  "backup.downloaded": { zh: "{{actor}}下载了备份 {{name}}", en: "{{actor}} downloaded backup {{name}}" },
} as const satisfies Record<`${string}.${string}`, Said>;
export type JournalKind = keyof typeof journalKindTable;
export const journalKinds = kindsOf(journalKindTable);

/** Kinds that had another name in earlier versions. Stored rows keep the old name, which is hashed; readers call `kindNow`. */
const formerKinds: Readonly<Record<string, JournalKind>> = {
  "hunt.started": "locate.started",
  "hunt.ended": "locate.ended",
  "profile.learned": "calibration.learned",
};

/** The current name of a stored kind; unknown kinds are returned as they are. */
export function kindNow(written: string): string {
  return formerKinds[written] ?? written;
}

type FamilyOf<Kind> = Kind extends `${infer Family}.${string}` ? Family : never;
type VerbOf<Kind, Family extends string> = Kind extends `${Family}.${infer Verb}` ? Verb : never;
/** "box" of "box.placed". */
export type JournalFamily = FamilyOf<JournalKind>;
export type JournalWords = { [Family in JournalFamily]: { [Verb in VerbOf<JournalKind, Family>]: string } };

/** The sentences in one language, by family and verb. */
export function journalWords(language: keyof Said): JournalWords {
  const words: Record<string, Record<string, string>> = {};
  for (const kind of journalKinds) {
    const [family = "", verb = ""] = kind.split(".");
    words[family] = { ...words[family], [verb]: journalKindTable[kind][language] };
  }
  return words as JournalWords;
}
