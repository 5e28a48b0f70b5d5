/** kill -9 of the gateway and its jobs while it checks an import: the next start goes on there, and finds what an uncut check finds. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ImportView } from "../../src/contract/catalogue.ts";
import { onEachStore, openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";
import { jobProcesses } from "../support/job-processes.ts";

const rowsCount = 60_000;
const text = ["档案号,户号,户名"];
// What is there twice lies pages apart.
for (let i = 0; i < rowsCount; i++)
  text.push(`K-${i % 7_000 === 6_999 ? i - 6_500 : i},${i % 5_000 === 77 ? "" : `88${i}`},用电客户${i}号`);
const bytes = Buffer.from(text.join("\n"));

onEachStore("kill -9 in the middle of a check", (engine) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openGatewayProcess(engine);
  }, 300_000);
  afterAll(() => gateway?.dispose(), 60_000);

  const view = (id: string) => gateway.call<ImportView>("GET", `/api/v1/imports/${id}`);
  const folder = () => join(gateway.store.dataDir, "imports");
  const keptOf = (id: string) => {
    const file = join(folder(), `${id}.check.place`);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { rows: number }).rows : 0;
  };

  it("goes on after its last page, twice, and ends as one that nobody killed", async () => {
    const { id } = await gateway.upload("many.csv", bytes);
    let kept = 0;
    for (const share of [0.2, 0.5]) {
      await until("it has checked some more", async () => {
        const now = await view(id);
        expect(now.state).toBe("received");
        return keptOf(id) > share * rowsCount;
      });
      for (const pid of process.platform === "linux" ? jobProcesses(null, gateway.store.dataDir) : [])
        process.kill(pid, "SIGKILL");
      await gateway.kill();
      expect(keptOf(id)).toBeGreaterThan(kept);
      kept = keptOf(id);
      await gateway.start();
      // It may be over by the time anybody can ask.
      const first = await until("it checks", async () => {
        const now = await view(id);
        return (now.state !== "received" || now.progress?.phase.startsWith("checking")) && now;
      });
      if (first.progress) {
        expect(first.progress.phase).toBe("checking");
        expect(first.progress.rows).toBeGreaterThanOrEqual(kept);
      }
    }
    const checked = await until("it is checked", async () => {
      const now = await view(id);
      // The last of what its job told may be read a moment later.
      return now.state === "checked" && now.progress === null && now;
    });
    const uncut = await gateway.upload("uncut.csv", bytes);
    const other = await until("the other is checked", async () => {
      const now = await view(uncut.id);
      return now.state === "checked" && now;
    });
    const refused = 8 + 12;
    expect(checked).toMatchObject({ rowsTotal: rowsCount, rowsRefused: refused, progress: null });
    expect(checked.summary).toEqual(other.summary);
    expect(checked.summary).toMatchObject({ created: rowsCount - refused, refused });
    const faultsOf = (one: string) => readFileSync(join(folder(), `${one}.refused`), "utf8");
    expect(faultsOf(id)).toBe(faultsOf(uncut.id));
    await until("nothing of the checks is left", () => !readdirSync(folder()).some((name) => name.includes(".check")));
  }, 300_000);
});
