/** Prometheus gauges of the gateway. No label ever names a tag, box or person: their number has no limit. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { DeviceAlarms } from "../contract/alarms.ts";
import type { BrokerCounts } from "../contract/broker-counts.ts";
import type { LeadView } from "../contract/lead.ts";
import type { TimeLine } from "../contract/machine-time.ts";
import type { DeviceHealth, StopDoorStanding } from "../contract/ports.ts";
import type { JobFigures } from "../jobs/jobs.ts";
import type { BackgroundTask } from "./background-book.ts";
import { addBrokerGauges } from "./broker-gauges.ts";
import { addDoorGauges } from "./door-gauges.ts";
import { addJobGauges } from "./job-gauges.ts";
import type { StorageWatch } from "./watch-storage.ts";

export interface Metrics {
  registry: Registry;
  /** Request durations in seconds, by route pattern (never the address itself), method and status class. */
  requestSeconds: Histogram<"route" | "method" | "status">;
  signInsRefused: Counter;
}

export interface MetricsDeps {
  devices(): DeviceHealth[];
  liveConnections(): number;
  /** Standing and rejected alarms; left out where none are heard. */
  alarms?(): DeviceAlarms;
  /** The state of backups; left out where none are made. */
  backups?(): { ageSeconds: number | null; hasFailed: boolean };
  storage?: Pick<StorageWatch, "disks" | "problems">;
  /** STOP's own door; left out or null where there is none. */
  stopDoor?: (() => StopDoorStanding) | null;
  /** The machine's clock; left out where it is not watched. */
  time?(): TimeLine;
  /** Facts of motion that the database refused, since the start. */
  factsSetAside?(): number;
  /** Failures of background tasks, since the start. */
  background?(): Readonly<Record<BackgroundTask, number>>;
  /** Jobs; left out where there are none. */
  jobs?(): JobFigures;
  /** Counts of the embedded broker; left out with an external one. */
  broker?: (() => BrokerCounts) | null;
  /** Left out with the embedded database. */
  lead?: (() => LeadView) | undefined;
}

export function makeMetrics(deps: MetricsDeps): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "guiwei_devices",
    help: "Devices of the site by kind and state",
    labelNames: ["kind", "state"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { kind, state } of deps.devices()) this.inc({ kind, state });
    },
  });
  new Gauge({
    name: "guiwei_live_connections",
    help: "Browsers and systems on the live feed",
    registers: [registry],
    collect() {
      this.set(deps.liveConnections());
    },
  });
  const { backups, alarms } = deps;
  if (alarms) addAlarmGauges(registry, alarms);
  if (backups) addBackupGauges(registry, backups);
  if (deps.storage) addStorageGauges(registry, deps.storage);
  if (deps.stopDoor) addDoorGauges(registry, deps.stopDoor);
  if (deps.time) addTimeGauges(registry, deps.time);
  if (deps.factsSetAside) addSetAsideGauge(registry, deps.factsSetAside);
  if (deps.background) addBackgroundCounter(registry, deps.background);
  if (deps.jobs) addJobGauges(registry, deps.jobs);
  if (deps.broker) addBrokerGauges(registry, deps.broker);
  if (deps.lead) addLeadGauges(registry, deps.lead);
  return {
    registry,
    requestSeconds: new Histogram({
      name: "guiwei_http_request_seconds",
      help: "Time to answer, by route",
      labelNames: ["route", "method", "status"],
      buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.5, 2, 10],
      registers: [registry],
    }),
    signInsRefused: new Counter({
      name: "guiwei_sign_ins_refused_total",
      help: "Refused sign-ins",
      registers: [registry],
    }),
  };
}

/** Devices are those of the site file, reasons and levels are few, so these labels are limited. */
function addAlarmGauges(registry: Registry, alarms: () => DeviceAlarms): void {
  new Gauge({
    name: "guiwei_alarms_standing",
    help: "Alarms of devices that nobody has cleared, by level",
    labelNames: ["level"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { level } of alarms().standing) this.inc({ level });
    },
  });
  new Counter({
    name: "guiwei_alarms_refused_total",
    help: "Alarms not taken, or not as they were said, by device, reason and level",
    labelNames: ["device", "reason", "level"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { deviceId, fault, level, count } of alarms().faults)
        this.inc({ device: deviceId ?? "", reason: fault, level: level ?? "" }, count);
    },
  });
}

/** No value if the state is unknown: that means neither right nor wrong. */
function addTimeGauges(registry: Registry, time: () => TimeLine): void {
  new Gauge({
    name: "guiwei_time_synchronised",
    help: "1 when the machine's clock follows a time source, 0 when not; no value while nobody can say",
    registers: [registry],
    collect() {
      const { state } = time();
      if (state === "unknown") this.remove();
      else this.set(state === "synchronised" ? 1 : 0);
    },
  });
  new Gauge({
    name: "guiwei_time_offset_seconds",
    help: "How far the machine's clock is from its time source; no value where that is not told",
    registers: [registry],
    collect() {
      const { offsetMs } = time();
      if (offsetMs === null) this.remove();
      else this.set(offsetMs / 1000);
    },
  });
}

function addSetAsideGauge(registry: Registry, count: () => number): void {
  new Gauge({
    name: "guiwei_facts_set_aside",
    help: "Records of motion control that the database refused and that are kept aside, since the start",
    registers: [registry],
    collect() {
      this.set(count());
    },
  });
}

function addBackgroundCounter(registry: Registry, counts: NonNullable<MetricsDeps["background"]>): void {
  new Counter({
    name: "guiwei_background_failures_total",
    help: "Failures of work that nobody waits for, by task: the embedded database's upkeep, the sweep of what is over, any other",
    labelNames: ["task"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [task, count] of Object.entries(counts())) this.inc({ task }, count);
    },
  });
}

function addBackupGauges(registry: Registry, backups: NonNullable<MetricsDeps["backups"]>): void {
  new Gauge({
    name: "guiwei_backup_age_seconds",
    help: "Age of the newest backup; no value while there is none",
    registers: [registry],
    collect() {
      const { ageSeconds } = backups();
      if (ageSeconds === null) this.remove();
      else this.set(ageSeconds);
    },
  });
  new Gauge({
    name: "guiwei_backup_failed",
    help: "1 when the last backup that was tried failed",
    registers: [registry],
    collect() {
      this.set(backups().hasFailed ? 1 : 0);
    },
  });
}

function addStorageGauges(registry: Registry, storage: NonNullable<MetricsDeps["storage"]>): void {
  new Gauge({
    name: "guiwei_disk_free_bytes",
    help: "Bytes left on the disk of DATA_DIR (data) and BACKUP_DIR (backups)",
    labelNames: ["folder"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { folder, freeBytes } of storage.disks()) if (freeBytes !== null) this.set({ folder }, freeBytes);
    },
  });
  new Gauge({
    name: "guiwei_storage_problem",
    help: "1 for each thing that is wrong with where the data are kept, by the code that /health explains",
    labelNames: ["code"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { code } of storage.problems()) this.set({ code }, 1);
    },
  });
}

/** One series at a time, however often the lead changes hands. */
function addLeadGauges(registry: Registry, lead: () => LeadView): void {
  new Gauge({
    name: "guiwei_leads",
    help: "1 when this gateway leads, 0 when it stands by; who leads is the label",
    labelNames: ["leader"],
    registers: [registry],
    collect() {
      const { role, leader } = lead();
      this.reset();
      this.set({ leader: leader?.name ?? "" }, role === "leads" ? 1 : 0);
    },
  });
  new Gauge({
    name: "guiwei_lead_epoch",
    help: "Grows each time that the lead is taken; no value while nobody is known to lead",
    registers: [registry],
    collect() {
      const { leader } = lead();
      if (leader) this.set(leader.epoch);
      else this.remove();
    },
  });
}
