/**
 * A gateway on a PostgreSQL server that others may share: it leads if no other does, and stands by otherwise until it leads. One
 * that loses the lead closes everything and stands by again, in the same process and at the same address.
 */
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import type { BrokerAccess } from "./broker-access.ts";
import { systemClock, withTimeout } from "./clock/clock.ts";
import type { Settings } from "./config.ts";
import { type ErrorCode, sentence } from "./contract/errors.ts";
import type { Ending } from "./end-in-order.ts";
import type { GatewayOptions } from "./gateway-options.ts";
import { endingAfterMs, type LeadGrant, type LeadStanding, leadMs } from "./lead/lead-grant.ts";
import { type Leader, leadOf } from "./lead/lead-row.ts";
import { makeSetUpCode } from "./people/one-time-codes.ts";
import { openGateway } from "./pipeline.ts";
import { awaited } from "./standby/awaited.ts";
import { consoleUrl } from "./standby/console-url.ts";
import { holdFolder } from "./standby/hold-folder.ts";
import { leadClient } from "./standby/lead-client.ts";
import { rowWatch } from "./standby/may-take.ts";
import { openLed } from "./standby/open-led.ts";
import { openStandby, type Standby } from "./standby/open-standby.ts";
import {
  firstLook,
  giveUp,
  look,
  prepareLeads,
  renewMeanwhile,
  type SeekDeps,
  type Seen,
  untilLed,
} from "./standby/seek-lead.ts";
import { watchLead } from "./standby/watch-lead.ts";
import { untilAlone } from "./start-motion.ts";
import { whenThere } from "./storage/when-there.ts";

export interface ServeDeps extends Pick<Ending, "stopsMotionBy" | "endsBecause" | "told"> {
  settings: Settings;
  options: Pick<GatewayOptions, "layout" | "log" | "webRoot" | "version" | "links" | "spawner">;
  openBroker(): Promise<BrokerAccess>;
  say(line: string): void;
  sayAside(line: string): void;
  exit(code: number): never;
}

/** Motion and database have limits of their own below this. */
const closeSecondsMax = 20;
/** Margin for a server clock that runs a little slower than ours. */
const runOutMarginMs = 500;
const askMsMax = 3_000;
type LostWhy = "lead-lost" | "lead-cut-off";

/** EX_TEMPFAIL: the unit file and Compose restart it. */
const exitCode = 75;

/** Resolves when it leads or stands by, with a function that ends it. Throws what a start throws. */
export async function serveLed(deps: ServeDeps): Promise<() => Promise<void>> {
  const { settings, options, say } = deps;
  const { log, layout } = options;
  const clock = systemClock();
  const releaseFolder = await holdFolder(settings.DATA_DIR, clock, deps.endsBecause, deps.sayAside);
  // A motion whose gateway was killed first stops what moves, and releases the lead.
  await untilAlone(join(settings.DATA_DIR, "motion"), clock);
  const databaseUrl = settings.DATABASE_URL ?? "";
  const client = leadClient(databaseUrl, clock);
  const seek: SeekDeps = {
    ...{ databaseUrl, clock, client, say: deps.sayAside, url: consoleUrl(settings), mayTake: rowWatch() },
    rooms: layout.site.rooms.map(({ id }) => id),
    name: `${hostname()} (pid ${process.pid})`,
  };
  let { PORT } = settings;
  let leader: Leader | null = null;
  let isClosed = false;
  let closeNow: () => Promise<void> = async () => {};

  function tell(code: ErrorCode, params: Record<string, string | number>): void {
    for (const language of ["zh", "en"] as const) say(sentence(code, language, params));
    log.warn({ code, ...params }, sentence(code, "en", params));
  }

  function see(looked: Seen): void {
    const isNews = looked.leader?.holder !== leader?.holder;
    leader = looked.leader;
    if (!isNews || !leader) return;
    const { name: who, url } = leader;
    if (looked.schema.is === "same") tell("gateway-stands-by", { who, url: url ?? "—" });
    else tell("standby-other-schema", { who, found: looked.schema.found, wanted: looked.schema.wanted });
  }

  async function standBy(looked: Seen): Promise<void> {
    leader = null;
    see(looked);
    const opened = await openStandby({
      ...{ ...options, databaseUrl, settings: { ...settings, PORT }, schema: looked.schema },
      leader: () => leader,
    });
    const standby = { ...opened, close: once(opened.close) };
    // The same address for as long as the process lives.
    if (PORT === 0) PORT = Number(new URL(standby.url).port);
    closeNow = standby.close;
    say(`归位（待命） / Guiwei, standing by: ${standby.url}`);
    void wait(standby, looked).catch(deps.endsBecause);
  }

  async function wait(standby: Standby, { schema }: Seen): Promise<void> {
    let changed: Seen | null = null;
    let wasTrouble = false;
    const grant = await untilLed(seek, {
      isOver: () => isClosed,
      goesOn(looked) {
        wasTrouble = false;
        see(looked);
        if (looked.schema.is === schema.is) return true;
        changed = looked;
        return false;
      },
      onTrouble(error) {
        if (!wasTrouble) log.warn({ err: error }, "a standby cannot look who leads");
        wasTrouble = true;
      },
    });
    if (isClosed) return grant ? giveUp(seek, grant) : undefined;
    if (grant) return lead(grant, standby);
    await standby.close();
    if (changed) await standBy(changed);
  }

  async function lead(grant: LeadGrant, standby: Standby | null): Promise<void> {
    const lost: { why: LostWhy | null } = { why: null };
    // What is only half open cannot be closed in order: closing waits for the rest, within its time limit.
    let cancelLate = () => {};
    let lose = (_why: LostWhy): void => {
      cancelLate = clock.after(closeSecondsMax * 1000, endLate);
    };
    const onLost = (why: LostWhy = "lead-lost") => {
      if (lost.why !== null || isClosed) return;
      lost.why = why;
      lose(why);
    };
    let standing: LeadStanding = "held";
    // Another may lead now. Without one that waits, the lines stay: STOP needs them, and no database. One that comes later is
    // heard of by motion, whose lines it takes (src/lead/keep-lead.ts).
    const { saw, isAwaited } = awaited(clock);
    const runsOut = () => void (standing === "ending" && isAwaited() && onLost("lead-cut-off"));
    const onStanding = (now: LeadStanding) => {
      standing = now;
      if (now === "lost") onLost();
      if (now === "ending") clock.after(leadMs - endingAfterMs + runOutMarginMs, runsOut);
    };
    const stopRenewing = renewMeanwhile(seek, grant, () => onLost());
    const sinceMs = clock.nowMs();
    const { name, url } = seek;
    const view = () => ({ role: "leads", leader: { name, url, epoch: grant.epoch, sinceMs } }) as const;
    try {
      const database = openLed(grant, clock, deps.sayAside);
      const broker = await database.then(deps.openBroker);
      const gateway = await openGateway({
        ...{ ...options, settings: { ...settings, PORT }, database, mqtt: broker.mqtt, motionMqtt: broker.motion },
        ...{
          lead: { grant, view, onLost, onStanding },
          stopsMotionBy: deps.stopsMotionBy,
          endsBecause: deps.endsBecause,
        },
        ...(standby ? { beforeListening: standby.close } : {}),
      });
      if (PORT === 0) PORT = Number(new URL(gateway.url).port);
      // Motion renews from here on.
      stopRenewing();
      const stopWatching = watchLead(seek, (now, standbys) => {
        saw(standbys);
        if (now && now.epoch > grant.epoch) onLost();
      });
      closeNow = once(async () => {
        stopWatching();
        // Motion ends before its last decisions are written.
        const stop = renewMeanwhile(seek, grant, () => {});
        await gateway.close();
        await broker.close();
        stop();
        await giveUp(seek, grant);
      });
      const { sql } = await database;
      cancelLate();
      lose = (code) => {
        // This gateway must not write any more, and does not wait for a server without an answer.
        void sql.end({ timeout: 0 }).catch(() => {});
        void stepBack(code).catch(deps.endsBecause);
      };
      if (lost.why !== null) return lose(lost.why);
      say(`归位 / Guiwei: ${gateway.url}`);
      const code = await makeSetUpCode(gateway.context, randomBytes);
      if (code) say(`首次设置码 / set-up code: ${code}`);
    } catch (error) {
      stopRenewing();
      if (lost.why !== null) {
        // Its writes were refused, as they must be. This is no fault of the program, and the next start finds the new leader.
        log.error({ err: error }, "the lead was lost while the gateway was opening");
        tell(lost.why, { who: "—", limitS: leadMs / 1000 });
        deps.exit(exitCode);
      }
      await giveUp(seek, grant);
      throw error;
    }
  }

  function endLate(): never {
    tell("lead-close-late", { limitS: closeSecondsMax });
    return deps.exit(exitCode);
  }

  /** From leader to standby. What cannot be closed in time ends with the process. */
  async function stepBack(code: LostWhy): Promise<void> {
    const now = code === "lead-lost" ? await client.ask(leadOf, askMsMax).catch(() => null) : null;
    tell(code, { who: now?.name ?? "—", limitS: leadMs / 1000 });
    const late = new Error(sentence("lead-close-late", "en", { limitS: closeSecondsMax }));
    try {
      await withTimeout(clock, closeNow(), closeSecondsMax * 1000, () => late);
    } catch (error) {
      log.error({ err: error }, "after the lead was lost");
      endLate();
    }
    if (!isClosed) await begin(await whenThere(() => look(seek), { clock, say: deps.sayAside }));
  }

  async function begin(looked: Awaited<ReturnType<typeof look>>): Promise<void> {
    if ("grant" in looked) return lead(looked.grant, null);
    const isLed = looked.leader !== null && looked.leader.leftMs > 0;
    if (looked.schema.is === "unknown" && !isLed) throw looked.schema.refusal;
    await standBy(looked);
  }

  const prepared = async () => {
    await prepareLeads(seek);
    return firstLook(seek);
  };
  await begin(await whenThere(prepared, { clock, say: deps.sayAside, told: deps.told }));
  return async () => {
    isClosed = true;
    await closeNow();
    await client.close();
    releaseFolder();
  };
}

/** If it is told to end while it steps back, it waits for what is under way. */
function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | null = null;
  return () => {
    closing ??= close();
    return closing;
  };
}
