/**
 * Something fails where nobody catches it, in each process, while shelves move: it is said what failed, what moves is stopped by who
 * drives it, children are started anew, and the gateway itself ends in order.
 */
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { childOf, childPid } from "../support/gateway-children.ts";
import { openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";
import { type Openings, openingsOf, Starved, starvedCodes, unlessStarved } from "../support/openings.ts";
import { doorPort, newPerson, press, type SignedIn } from "../support/stop-door.ts";

const [onSerial, onMqtt] = ["r1.1", "r1.2"];
const plant = pathToFileURL("tests/support/plant-faults.mjs").href;
const faults = [
  ["an exception", "SIGUSR2", "planted exception"],
  ["a rejection", "SIGWINCH", "planted rejection"],
] as const;

describe("a fault that nobody caught", () => {
  let gateway: TestGateway;
  let openings: Openings;
  let person: SignedIn;

  beforeAll(async () => {
    gateway = await openGatewayProcess("embedded", { NODE_OPTIONS: `--import ${plant}` });
    openings = openingsOf(gateway, gateway.twin);
    person = await newPerson(gateway, "li", ["operator"]);
  }, 300_000);
  afterAll(() => gateway?.dispose(), 60_000);

  const pidOf = (name: "motion" | "broker" | "door") => childOf(gateway.store.dataDir, name);
  const another = (name: "motion" | "broker" | "door", before: number) =>
    until(`another ${name} runs`, () => {
      const now = childPid(gateway.store.dataDir, name);
      return now !== null && now !== before;
    });
  /** By the gateway itself, not by a person. */
  const stopped = async () =>
    (await openings.journal()).filter(({ kind, actor }) => kind === "area.stopped" && actor === "gateway").length;
  const slow = () => gateway.twin.tell({ do: "speed", factor: 0.5 });

  it.each(faults)(
    "%s in motion: it sends STOP before it ends, and another one drives",
    (_what, signal, message) =>
      unlessStarved(async () => {
        await slow();
        const rows = await stopped();
        const { id } = await openings.rolling(onSerial);
        const before = pidOf("motion");
        process.kill(before, signal);
        await openings.isStopped(onSerial);
        const { state, why } = await openings.settled(id);
        await another("motion", before);
        await until("the gateway says what failed", () => gateway.said().includes(message));
        expect(gateway.said()).toMatch(new RegExp(`motion ended: exit 1[^]*${message}`));
        if (starvedCodes.includes(why?.code ?? "")) throw new Starved(why?.code);
        expect([state, why?.code]).toEqual(["stopped", "motion-stopped"]);
        await until("it is in the journal", async () => (await stopped()) > rows);
        await openings.stayAsTheyAre([onSerial]);
      }),
    400_000,
  );

  it.each(faults)(
    "%s in the broker: it is said, its area stops by itself, and another one runs",
    (_what, signal, message) =>
      unlessStarved(async () => {
        await slow();
        const { id } = await openings.rolling(onMqtt);
        const [before, lines] = [pidOf("broker"), gateway.said().length];
        process.kill(before, signal);
        await another("broker", before);
        await until("the gateway says what failed", () => said(lines, "the broker's process ended", message));
        await openings.stopsByItself(onMqtt);
        expect((await openings.settled(id)).state).not.toBe("done");
        await openings.stayAsTheyAre([onMqtt]);
      }),
    400_000,
  );

  it.each(faults)(
    "%s in STOP's door: it is said, what opens goes on, and another one stops it",
    (_what, signal, message) =>
      unlessStarved(async () => {
        await slow();
        const door = await doorPort(gateway.url, person.cookie);
        const { id } = await openings.rolling(onSerial);
        const [before, lines] = [pidOf("door"), gateway.said().length];
        process.kill(before, signal);
        await another("door", before);
        await until("the gateway says what failed", () => said(lines, "STOP's door ended", message));
        await until("the door stops again", async () => {
          const answer = await press(door, { cookie: person.cookie }).catch(() => null);
          return answer?.status === 202;
        });
        const { why } = await openings.settled(id);
        if (starvedCodes.includes(why?.code ?? "")) throw new Starved(why?.code);
        expect(why?.code).toBe("motion-stopped");
      }),
    400_000,
  );

  /** In one line of its log, since then; the log keeps its newest lines only. */
  function said(from: number, ...words: string[]): boolean {
    const all = gateway.said();
    const news = all.length > from ? all.slice(from) : all;
    return news.split("\n").some((line) => words.every((word) => line.includes(word)));
  }

  it.each(faults)(
    "%s in the gateway",
    async (_what, signal, message) => {
      const { twin } = gateway;
      await slow();
      const rows = await stopped();
      await openings.rolling(onSerial);
      gateway.signal(signal);
      await until("it stands", async () => (await twin.area(onSerial)).controller.activity === "stopped");
      await until("the program has ended", () => gateway.ended() !== null);
      expect(gateway.ended()).toBe(1);
      expect(gateway.said()).toContain(`程序出错（${message}）：已停止所有移动`);
      expect(gateway.said()).toContain(`The program failed (${message}): all motion was stopped`);
      await gateway.start();
      // Stored before the end: closed in order, and stopped by a STOP, not by a beat that stayed away.
      expect(await stopped()).toBeGreaterThan(rows);
    },
    300_000,
  );
});
