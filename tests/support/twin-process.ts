/** The twin as a process of its own for tests: it outlives the gateway's death, as the hardware would. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Delivery, standing } from "../../simulators/days/demo-delivery.ts";
import { startTwinProcess } from "../../src/demo/twin-process.ts";

export interface TwinArea {
  area: string;
  controller: {
    activity: string;
    openAisle: number | null;
    interlocks: Record<string, boolean>;
    columns: { column: number; positionMm: number; motion: string }[];
    lastCommand: { wireId: number; result: string; reason: string | null } | null;
  };
  phase: string;
  positionsMm: Record<string, number>;
  people: Record<string, number>;
  safety: { crushed: number; sweptMaxMm: number };
}

export interface TestTwin {
  controlUrl: string;
  linksFile: string;
  /** One command of simulators/README.md; throws with the twin's own words when it was refused. */
  tell(order: Record<string, unknown>): Promise<unknown>;
  area(key: string): Promise<TwinArea>;
  close(): Promise<void>;
}

export interface TwinStart {
  folder: string;
  siteFile: string;
  delivery: Delivery;
  mqttUrl: string;
  secretsFile: string;
  /** PEM of the authority that signed the broker's certificate. */
  caFile?: string;
}

export async function startTwin(start: TwinStart): Promise<TestTwin> {
  const { folder, siteFile, delivery, mqttUrl, secretsFile, caFile } = start;
  mkdirSync(folder, { recursive: true });
  const boxesFile = join(folder, "boxes.ndjson");
  const linksFile = join(folder, "links.json");
  writeFileSync(
    boxesFile,
    standing(delivery)
      .map((box) => JSON.stringify(box))
      .join("\n"),
  );
  const started = await startTwinProcess({
    args: [
      ...["--site", siteFile, "--seed", "test", "--delivery", boxesFile],
      ...["--runtime", folder, "--links", linksFile, "--control-port", "0", "--no-serial", "--warn-ms", "500"],
      ...["--mqtt-url", mqttUrl, "--mqtt-credentials", secretsFile, ...(caFile ? ["--mqtt-ca", caFile] : [])],
    ],
    report: () => {},
  });
  const { controlUrl } = started;
  return {
    controlUrl,
    linksFile,
    async tell(order) {
      const response = await fetch(`${controlUrl}/command`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(order),
      });
      const answer = (await response.json()) as { ok: boolean; result?: unknown };
      if (!answer.ok) throw new Error(`the twin refused ${JSON.stringify(order)}: ${JSON.stringify(answer)}`);
      return answer.result;
    },
    async area(key) {
      const state = (await (await fetch(`${controlUrl}/state`)).json()) as { areas: TwinArea[] };
      const area = state.areas.find((one) => one.area === key);
      if (!area) throw new Error(`the twin has no area ${key}`);
      return area;
    },
    close: () => started.close(),
  };
}
