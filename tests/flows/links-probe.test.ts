/** `guiwei probe` against the twin's reader, and against what goes wrong on a first day. */
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { testTwin } from "../../simulators/test-twin.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { systemClock } from "../../src/clock/clock.ts";
import { probe } from "../../src/devices/probe.ts";
import { runFor } from "../support/run-for.ts";
import { linkTo } from "../support/twin-link.ts";

it.each(["zh", "en"] as const)("shows firmware, temperature, antennas and live reads (%s)", async (language) => {
  const { clock, twin } = testTwin();
  const link = linkTo(twin, "tcp-201");
  const lines: string[] = [];
  let code: number | null = null;
  const options = { target: null, language, clock, link, chance: seededChance(1), seconds: 2 };
  void probe({ ...options, write: (line) => lines.push(line) }).then((exit) => {
    code = exit;
  });
  await runFor(clock, 20_000);
  expect(code).toBe(0);
  expect(lines[1]).toMatch(
    language === "zh" ? /读写器地址 1，固件 V\d+\.\d+，温度 \d+ °C/ : /Reader at address 1, firmware V/,
  );
  expect(lines.filter((line) => /[0-9A-F]{24} {2}-\d+ dBm/.test(line)).length).toBeGreaterThan(20);
  expect(lines.at(-2)).toContain("1, 2, 3, 4, 5, 6, 7, 8");
  expect(lines.at(-1)).toMatch(language === "zh" ? /共 \d+ 个标签/ : /\d+ tags/);
});

it("says in plain words why there is no reader", async () => {
  const run = async (target: string, language: "zh" | "en") => {
    const lines: string[] = [];
    const options = { target, language, clock: systemClock(), chance: seededChance(1) };
    expect(await probe({ ...options, write: (line) => lines.push(line) })).toBe(1);
    return lines.at(-1);
  };
  expect(await run("/dev/ttyNOT-THERE", "zh")).toContain("找不到端口 /dev/ttyNOT-THERE");
  expect(await run("127.0.0.1:1", "en")).toContain("127.0.0.1:1 refused the connection");
  const mute = createServer(() => {}).listen(0, "127.0.0.1");
  await new Promise((resolve) => mute.once("listening", resolve));
  const { port } = mute.address() as { port: number };
  expect(await run(`127.0.0.1:${port}`, "en")).toContain("No R2000 reader answers");
  mute.close();
});

it("lists ports when asked for none", async () => {
  const lines: string[] = [];
  const options = { target: null, language: "en" as const, clock: systemClock(), chance: seededChance(1) };
  expect(await probe({ ...options, write: (line) => lines.push(line) })).toBe(0);
  expect(lines[0]).toMatch(/Serial ports|No serial port/);
});
