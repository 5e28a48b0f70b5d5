import { Type } from "typebox";
import { payload } from "../payload-spec.ts";
import { envelope, Nullable } from "../words.ts";

const amount = (maximum: number) => Type.Optional(Nullable(Type.Number({ minimum: 0, maximum })));

/** Climate at one place. Null = the probe is broken; a value that is left out is not measured here. */
export const env = payload({
  topic: ["env", "{id}"],
  title: "Climate",
  sender: "device",
  qos: 1,
  isRetained: true,
  schema: Type.Object({
    ...envelope,
    temperatureC: Nullable(Type.Number({ minimum: -60, maximum: 150 })),
    humidityPct: Nullable(Type.Number({ minimum: 0, maximum: 100 })),
    pm25UgM3: amount(10_000),
    co2Ppm: amount(100_000),
    tvocUgM3: amount(100_000),
    lightLux: amount(200_000),
  }),
  examples: [
    { bootId: 3, seq: 77, sentAt: "2026-11-22T08:00:00Z", temperatureC: 21.5, humidityPct: 48.2, co2Ppm: 612 },
    { bootId: 3, seq: 78, sentAt: "2026-11-22T08:01:00Z", temperatureC: null, humidityPct: null },
  ],
});
