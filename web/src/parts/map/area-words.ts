import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { AreaView } from "../../../../src/contract/aisles.ts";
import { useLanguage } from "../../words/index.ts";
import { sayCode } from "../../words/say.ts";
import { zh } from "../../words/zh.ts";

type Interlock = keyof typeof zh.map.interlock;

/** Interlocks come as names of contract/shelf.ts or as error codes; unknown ones are shown as they are. */
export function useInterlockWord(): (name: string) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return (name) => (name in zh.map.interlock ? t(`map.interlock.${name as Interlock}`) : sayCode(name, language));
}

export function activityWord(t: TFunction, activity: string | null): string {
  if (activity !== null && activity in zh.map.activity)
    return t(`map.activity.${activity as keyof typeof zh.map.activity}`);
  return activity ?? t("common.none");
}

export function peopleWord(t: TFunction, people: number | null): string {
  if (people === null) return t("map.peopleUnknown");
  return people === 0 ? t("map.nobody") : t("map.people", { count: people });
}

export function lightWord(t: TFunction, light: NonNullable<AreaView["light"]>): string {
  return light.slot > 0 ? t("map.lit", light) : t("map.litLayer", light);
}

/** The content of the map, in sentences. */
export function areaFacts(t: TFunction, view: AreaView | undefined, interlock: (name: string) => string): string[] {
  if (!view?.isOnline) return [t("map.offline")];
  const facts = [activityWord(t, view.activity)];
  if (view.openAisle === null) facts.push(t("map.unknownOpen"));
  else facts.push(view.openAisle === 0 ? t("map.noOpen") : t("map.isOpen", { n: view.openAisle }));
  facts.push(peopleWord(t, view.people));
  if (view.locks.length > 0) facts.push(t("map.lock.mark", { count: view.locks.length }));
  if (view.light) facts.push(lightWord(t, view.light));
  return [...facts, ...view.interlocks.map(interlock)];
}
