/** Something fails where nobody catches it, while shelves move: they are stopped, it is said, and the program ends in order. */
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { List } from "../../src/contract/lists.ts";
import { openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";

const areaKey = "r1.1";
const plant = pathToFileURL("tests/support/plant-faults.mjs").href;

describe("a fault that nobody caught", () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await openGatewayProcess("embedded", { NODE_OPTIONS: `--import ${plant}` });
  }, 300_000);
  afterAll(() => gateway?.dispose(), 60_000);

  it.each([
    ["an exception", "SIGUSR2", "planted exception"],
    ["a rejection", "SIGWINCH", "planted rejection"],
  ] as const)(
    "%s",
    async (_what, signal, message) => {
      const { twin } = gateway;
      await twin.tell({ do: "speed", factor: 2 });
      await until("the area may open", async () => {
        await twin.tell({ do: "key", area: areaKey, key: "reset" });
        const { body } = await gateway.ask("GET", `/api/v1/areas/${areaKey}`);
        return (body as { may: Record<string, unknown> }).may["open:1"] === true;
      });
      await twin.tell({ do: "speed", factor: 0.5 });
      const now = await twin.area(areaKey);
      const aisle = now.controller.openAisle === 1 ? 2 : 1;
      void gateway.ask("POST", `/api/v1/areas/${areaKey}/open`, { aisle }).catch(() => {});
      await until("it moves", async () =>
        (await twin.area(areaKey)).controller.columns.some(({ motion }) => motion !== "still"),
      );
      gateway.signal(signal);
      await until("it stands", async () => (await twin.area(areaKey)).controller.activity === "stopped");
      await until("the program has ended", () => gateway.ended() !== null);
      expect(gateway.ended()).toBe(1);
      expect(gateway.said()).toContain(`程序出错（${message}）：已停止所有移动`);
      expect(gateway.said()).toContain(`The program failed (${message}): all motion was stopped`);
      await gateway.start();
      // Stored before the end: closed in order, and stopped by a STOP, not by a beat that stayed away.
      const { items: rows } = await gateway.call<List<{ kind: string; actor: string }>>(
        "GET",
        "/api/v1/journal?chain=room:r1&limit=200",
      );
      expect(rows.filter(({ kind, actor }) => kind === "area.stopped" && actor === "gateway")).not.toEqual([]);
    },
    300_000,
  );
});
