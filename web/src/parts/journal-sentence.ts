import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { JournalRow } from "../../../src/contract/journal.ts";
import { type AlarmFault, alarmFaults, alarmWord } from "../../../src/contract/kinds/alarms.ts";
import { type JournalKind, journalKindTable, kindNow } from "../../../src/contract/kinds/journal-rows.ts";
import { peopleNamesQuery } from "../live/queries.ts";
import { useAreaName } from "../live/use-area.ts";
import { useSession } from "../live/use-session.ts";
import { type Language, useLanguage } from "../words/index.ts";
import { say, sayCode } from "../words/say.ts";
import { zh } from "../words/zh.ts";

type Told = Pick<JournalRow, "kind" | "actor" | "subject" | "body">;
interface Names {
  person(id: string): string;
  area(key: string): string;
}

/** One row as one plain sentence. */
export function journalSentence(t: TFunction, row: Told, names: Names, language: Language): string {
  const kind = kindNow(row.kind);
  if (!hasWords(kind)) return row.kind;
  const { body } = row;
  const [, subjectId = ""] = row.subject?.split(/:(.*)/) ?? [];
  const areaKey = text(body, "areaKey") ?? (row.subject?.startsWith("area:") ? subjectId : null);
  return t(`journal.${kind}`, {
    actor: actorName(t, row.actor, names),
    barcode: text(body, "barcode") ?? text(body, "epc") ?? subjectId,
    epc: text(body, "epc") ?? "",
    location: text(body, "locationCode") ?? text(body, "toCode") ?? t("common.none"),
    from: text(body, "fromCode") ?? nested(body, "from", "locationCode") ?? t("common.none"),
    holder: text(body, "holderName") ?? names.person(text(body, "holderId") ?? ""),
    name: text(body, "name") ?? text(body, "login") ?? text(body, "deviceId") ?? subjectId,
    area: areaKey ? names.area(areaKey) : t("common.none"),
    verb: verbWord(t, text(body, "verb"), body.aisle),
    no: typeof body.no === "number" ? body.no : "",
    what: alarmWord(text(body, "what") ?? "", language),
    outcome: outcomeWord(body, language, t),
    count: typeof body.count === "number" ? body.count : 1,
    fault: faultWord(t, body.fault),
  });
}

/** Rows of later versions may have kinds that this one does not know. */
const hasWords = (kind: string): kind is JournalKind => Object.hasOwn(journalKindTable, kind);

export function actorName(t: TFunction, actor: string, names: Names): string {
  const [kind, id = ""] = actor.split(/:(.*)/);
  if (kind === "person") return names.person(id);
  if (kind === "system") return t("journal.by.system", { id: id.slice(0, 8) });
  if (kind === "device") return t("journal.by.device", { id });
  if (kind === "input") return t("journal.by.input", { id });
  if (kind === "panel") return t("journal.by.panel");
  return t("journal.by.gateway");
}

function outcomeWord(body: JournalRow["body"], language: Language, t: TFunction): string {
  const why = body.why;
  if (typeof why === "string" && why in zh.locate.ended)
    return t(`locate.ended.${why as keyof typeof zh.locate.ended}`);
  if (why && typeof why === "object" && "zh" in why && "en" in why)
    return say(why as { zh: string; en: string }, language);
  const code = text(body, "code");
  if (code) return sayCode(code, language);
  const decision = text(body, "decision");
  if (decision && decision in zh.stocktake.decision)
    return t(`stocktake.decision.${decision as keyof typeof zh.stocktake.decision}`);
  if (decision && decision in zh.journal.decision)
    return t(`journal.decision.${decision as keyof typeof zh.journal.decision}`);
  const state = text(body, "state") ?? text(body, "outcome") ?? text(body, "decision");
  if (state && state in zh.journal.alarmState)
    return t(`journal.alarmState.${state as keyof typeof zh.journal.alarmState}`);
  if (state && state in zh.map.command) return t(`map.command.${state as keyof typeof zh.map.command}`);
  if (state && state in zh.devices.time.state)
    return t(`devices.time.state.${state as keyof typeof zh.devices.time.state}`);
  if (state && state in zh.devices.state) return t(`devices.state.${state as keyof typeof zh.devices.state}`);
  return state ?? t("common.none");
}

function faultWord(t: TFunction, fault: unknown): string {
  return alarmFaults.includes(fault as AlarmFault) ? t(`alarms.fault.${fault as AlarmFault}`) : "";
}

function verbWord(t: TFunction, verb: string | null, aisle: unknown): string {
  if (!verb || !(verb in zh.map.verb)) return verb ?? "";
  const word = t(`map.verb.${verb as keyof typeof zh.map.verb}`);
  return verb === "open" && typeof aisle === "number" ? `${word} ${t("map.aisle", { n: aisle })}` : word;
}

function text(body: JournalRow["body"], key: string): string | null {
  const value = body[key];
  return typeof value === "string" && value !== "" ? value : null;
}

function nested(body: JournalRow["body"], outer: string, key: string): string | null {
  const inner = body[outer];
  return inner && typeof inner === "object" ? text(inner as Record<string, unknown>, key) : null;
}

export function useNames(): Names {
  const names = useQuery({ ...peopleNamesQuery, retry: false }).data;
  const me = useSession()?.person;
  const area = useAreaName();
  return {
    person: (id) => names?.get(id) ?? (me?.id === id ? me.name : id.slice(0, 8)),
    area,
  };
}

export function useJournalSentence(): (row: Told) => string {
  const { t } = useTranslation();
  const names = useNames();
  const language = useLanguage();
  return (row) => journalSentence(t, row, names, language);
}
