import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { siteChain } from "../../../src/contract/journal.ts";
import { followFeed } from "../live/feed.ts";
import { roomsQuery } from "../live/queries.ts";
import { isStopKey, stopAll } from "../live/stop.ts";
import { stopDoorIs } from "../live/stop-door.ts";
import { useSession } from "../live/use-session.ts";
import { useLanguage } from "../words/index.ts";
import { say } from "../words/say.ts";
import { AlarmBanner } from "./alarm-banner.tsx";
import { BackupStrip } from "./backup-strip.tsx";
import { HealthBadge } from "./health-badge.tsx";
import { LanguageSwitch } from "./language-switch.tsx";
import { LeadStrip } from "./lead-strip.tsx";
import { LiveBadge, LostStrip } from "./live-badge.tsx";
import { MotionWarningBanner } from "./motion-warning.tsx";
import { Nav } from "./nav.tsx";
import { PersonMenu } from "./person-menu.tsx";
import { RefusedSignInsStrip } from "./refused-sign-ins.tsx";
import { StandingAlarms } from "./standing-alarms.tsx";
import { StopBanner } from "./stop-banner.tsx";
import { StopButton } from "./stop-button.tsx";
import { StorageStrip } from "./storage-strip.tsx";

export function Shell() {
  const { t } = useTranslation();
  const language = useLanguage();
  const session = useSession();
  const head = useHeadHeight();
  useFeed();
  useStopDoor();
  useStopKey();
  useSearchKey();
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t("shell.skip")}
      </a>
      <aside className="side">
        <div className="brand">
          <img src="/favicon.svg" alt="" width={32} height={32} />
          <span>{t("shell.product")}</span>
        </div>
        <Nav />
      </aside>
      <StopButton />
      <div className="page">
        <div className="head" ref={head}>
          <header className="top">
            <span className="site">{session && say(session.siteName, language)}</span>
            <span className="top-end">
              <LiveBadge />
              <HealthBadge />
              <LanguageSwitch />
              <PersonMenu />
            </span>
          </header>
          <StopBanner />
          <MotionWarningBanner />
          <AlarmBanner />
          <StandingAlarms />
          <LostStrip />
          <LeadStrip />
          <StorageStrip />
          <BackupStrip />
          <RefusedSignInsStrip />
        </div>
        <main id="content" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </div>
  );
}

/** Sticky parts below the head need its height, which changes with alarms. */
function useHeadHeight() {
  const head = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = head.current;
    if (!element) return;
    const tell = () => document.documentElement.style.setProperty("--head", `${element.offsetHeight}px`);
    const observer = new ResizeObserver(tell);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return head;
}

function useFeed(): void {
  const client = useQueryClient();
  const rooms = useQuery(roomsQuery).data;
  const chains = rooms ? [siteChain, ...rooms.map((room) => `room:${room.id}`)].join(" ") : "";
  useEffect(() => (chains ? followFeed(client, chains.split(" ")) : undefined), [client, chains]);
}

function useStopDoor(): void {
  const door = useSession()?.stopDoor ?? null;
  useEffect(() => stopDoorIs(door), [door]);
}

/** In the capture phase: works in text fields and inside dialogs too. */
function useStopKey(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!isStopKey(event) || event.repeat) return;
      event.preventDefault();
      event.stopPropagation();
      void stopAll();
    };
    window.addEventListener("keydown", press, { capture: true });
    return () => window.removeEventListener("keydown", press, { capture: true });
  }, []);
}

/** "/" leads to the search box from everywhere. Text typed or scanned without a focused field goes to the page's scan field. */
function useSearchKey(): void {
  const navigate = useNavigate();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
      const at = document.activeElement;
      const isTyping = at instanceof HTMLElement && at.matches("input, textarea, select, [contenteditable=true]");
      if (isTyping || document.querySelector("[role=dialog]")) return;
      const field = document.querySelector<HTMLInputElement>("[data-scan-field]");
      if (event.key === "/") {
        const search = document.querySelector<HTMLInputElement>("[data-testid=search-box]");
        event.preventDefault();
        if (search) search.focus();
        else void navigate({ to: "/" });
        // A space would press the focused button; letters and digits press nothing, so a scan cannot do harm.
      } else if (event.key !== " ") field?.focus();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [navigate]);
}
