/** Prometheus metrics of STOP's own door. */
import { Counter, Gauge, type Registry } from "prom-client";
import type { StopDoorStanding } from "../contract/ports.ts";

export function addDoorGauges(registry: Registry, standing: () => StopDoorStanding): void {
  const gauge = (name: string, help: string, value: (now: StopDoorStanding) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value(standing()));
      },
    });
  gauge("guiwei_stop_door_up", "1 while STOP's own door listens", ({ isUp }) => Number(isUp));
  gauge("guiwei_stop_door_second", "1 while another one waits to take its place", ({ isSecondReady }) =>
    Number(isSecondReady),
  );
  gauge("guiwei_stop_door_motion", "1 while it has its line to motion", ({ isUp, counts }) =>
    Number(isUp && counts.isMotionThere),
  );
  gauge("guiwei_stop_door_connections", "Connections to it", ({ counts }) => counts.connections);
  gauge("guiwei_stop_door_callers", "Sessions and tokens that it knows", ({ counts }) => counts.callers);
  const counter = (name: string, help: string, value: (now: StopDoorStanding) => number) =>
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(value(standing()));
      },
    });
  counter("guiwei_stop_door_restarts_total", "Times that it was started again", ({ restarts }) => restarts);
  counter("guiwei_stop_door_stops_total", "STOPs that came through it to motion", ({ counts }) => counts.stops);
  new Counter({
    name: "guiwei_stop_door_refused_total",
    help: "Requests that it refused, by reason",
    labelNames: ["reason"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(standing().counts.refused)) this.inc({ reason }, count);
    },
  });
}
