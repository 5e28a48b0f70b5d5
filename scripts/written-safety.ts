/**
 * Generates docs/safety.md and its Chinese version from the table of safety rules and from what each shelf protocol cannot carry.
 */
import { registerMaps } from "../firmware-protocols/register-maps/index.ts";
import { type SafetyRuleId, safetyRuleIds, safetyRules } from "../src/contract/safety-rules.ts";
import { protocols } from "../src/site/protocols.ts";

export type Language = "zh" | "en";

const words = {
  en: {
    title: "# Safety rules",
    written:
      "Written by `node scripts/docs.mjs` from `src/contract/safety-rules.ts`; do not edit. [简体中文](safety.zh-CN.md)",
    lead: [
      "Mobile shelving has crushed people to death. The safety function belongs to the shelving's own hard-wired, safety-rated parts. Guiwei is an additional layer: it asks or forbids, and can never override them. What follows is what that layer keeps to, and what it takes for granted of the shelving. None of it is a claim of conformity: a standard is named as the source where two public texts were found that say so; where it was only one, that is said. The standards themselves were mostly not at hand.",
      "Code, tests, the console and the site check cite these rules by their numbers. Numbers that are missing are not used. Of the files named, those under `simulators/` are the twin's controller: they show what the shelving's own controller must do.",
    ],
    drivers: "## What the controllers' protocols carry",
    driversLead:
      "carried: controller and gateway keep it together · gateway: the protocol has no field for it, and the gateway does instead what the rule says below · shelving: the same, and no gateway can do it instead · —: nothing is needed of the protocol.",
    rule: "rule",
    carried: "carried",
    gateway: "gateway",
    shelving: "shelving",
    wire: "Protocol",
    carries: "carries",
    none: "nothing is needed of it.",
    missing: "no",
    keptBy: "Kept by",
    tests: "Tests",
    source: "Source",
    colon: ": ",
    stop: ".",
    and: ", ",
    quote: ["“", "…”"],
  },
  zh: {
    title: "# 安全规则",
    written: "由 `node scripts/docs.mjs` 根据 `src/contract/safety-rules.ts` 生成，请勿手改。[English](safety.md)",
    lead: [
      "移动货架压死过人。安全功能属于架体自身的硬接线安全部件。归位只是附加的一层：它请求或者禁止，永远不能越过它们。以下是这一层所遵守的，以及它要求架体自身做到的。这里没有一条是符合性声明：找到两份公开文字这样说时，才把标准列为依据；只找到一份的，会注明。标准原文大多不在手边。",
      "代码、测试、控制台和场地检查都用编号引用这些规则。缺的编号没有使用。所列文件中，`simulators/` 之下的是孪生的控制器：它表明架体自身的控制器必须做到什么。",
    ],
    drivers: "## 各控制器协议能承载什么",
    driversLead:
      "承载：控制器和网关一起保证 · 网关：协议没有相应的字段，网关代为做该条所写的事 · 架体：同上，且网关无法代为 · —：不需要协议承载。",
    rule: "规则",
    carried: "承载",
    gateway: "网关",
    shelving: "架体",
    wire: "协议",
    carries: "承载",
    none: "不需要。",
    missing: "缺",
    keptBy: "由谁保证",
    tests: "测试",
    source: "依据",
    colon: "：",
    stop: "。",
    and: "、",
    quote: ["“", "……”"],
  },
} as const;

const shelves = Object.keys(protocols).filter((name) => protocols[name]?.kinds.includes("shelf"));
const cannot = (protocol: string, rule: SafetyRuleId) => protocols[protocol]?.cannotKeep.includes(rule) ?? false;
const code = (name: string) => `\`${name}\``;

/** The fields that a protocol lacks for a rule, where they are names and not sentences. */
function missingFields(protocol: string, rule: SafetyRuleId): string[] {
  const shortcomings = registerMaps[protocol as keyof typeof registerMaps]?.cannotKeep ?? [];
  return shortcomings
    .filter((one) => one.rule === rule)
    .flatMap(({ missing }) => missing.filter((name) => !/\s/.test(name)));
}

function driversTable(language: Language): string[] {
  const say = words[language];
  const rows = safetyRuleIds.map((rule) => {
    const { wire, name } = safetyRules[rule];
    const cells = shelves.map((protocol) =>
      wire ? (cannot(protocol, rule) ? say[wire.without.by] : say.carried) : "—",
    );
    return `| ${rule} ${name[language]} | ${cells.join(" | ")} |`;
  });
  return [`| ${say.rule} | ${shelves.map(code).join(" | ")} |`, `|---|${shelves.map(() => "---|").join("")}`, ...rows];
}

function wireLines(rule: SafetyRuleId, language: Language): string[] {
  const say = words[language];
  const { wire } = safetyRules[rule];
  const head = `- **${say.wire}**${say.colon}`;
  if (!wire) return [`${head}${say.none}`];
  const able = shelves.filter((protocol) => !cannot(protocol, rule)).map(code);
  const unable = shelves
    .filter((protocol) => cannot(protocol, rule))
    .map((protocol) => {
      const missing = missingFields(protocol, rule).map(code);
      const lacks = missing.length > 0 ? ` (${say.missing} ${missing.join(", ")})` : "";
      return `  - ${code(protocol)}${lacks}${say.colon}${wire.without[language]}${say.stop}`;
    });
  const by = language === "en" ? ` (${able.join(", ")})` : `（${able.join("、")}）`;
  return [`${head}${wire.carries[language]}${by}${say.stop}`, ...unable];
}

function ruleSection(rule: SafetyRuleId, language: Language): string[] {
  const say = words[language];
  const { name, demand, keptBy, tests, source } = safetyRules[rule];
  const [open, close] = say.quote;
  return [
    `## ${rule} ${name[language]}`,
    "",
    demand[language],
    "",
    ...wireLines(rule, language),
    `- **${say.keptBy}**${say.colon}${keptBy.map(code).join(say.and)}`,
    `- **${say.tests}**${say.colon}${tests.map(([file, title]) => `${code(file)} ${open}${title}${close}`).join(say.and)}`,
    `- **${say.source}**${say.colon}${source[language]}`,
    "",
  ];
}

export function safetyPage(language: Language): string {
  const say = words[language];
  return [
    say.title,
    "",
    say.written,
    "",
    ...say.lead.flatMap((paragraph) => [paragraph, ""]),
    say.drivers,
    "",
    say.driversLead,
    "",
    ...driversTable(language),
    "",
    ...safetyRuleIds.flatMap((rule) => ruleSection(rule, language)),
  ].join("\n");
}
