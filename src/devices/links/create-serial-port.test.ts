import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { endsWhenHungUp, type PolledPort } from "./create-serial-port.ts";

type Answer = number | string;

/** A port that answers its reads in this order and repeats the last answer. */
function portOf(answers: Answer[]): { port: PolledPort; reads: () => number; wake: (error?: Error) => void } {
  let reads = 0;
  let waiting: ((error: Error | null) => void)[] = [];
  const raw: PolledPort = {
    fd: 7,
    isOpen: true,
    poller: { once: (_, done) => void waiting.push(done) },
    read: () => Promise.reject(new Error("the original reading")),
  };
  const readBytes = async () => {
    const answer = answers[Math.min(reads++, answers.length - 1)] as Answer;
    if (typeof answer === "string") throw Object.assign(new Error(answer), { code: answer });
    return { bytesRead: answer };
  };
  const wake = (error?: Error) => {
    const now = waiting;
    waiting = [];
    for (const done of now) done(error ?? null);
  };
  return { port: endsWhenHungUp(raw, readBytes), reads: () => reads, wake };
}
const buffer = Buffer.alloc(64);

it("a port that was hung up says so at its first read of nothing, and is not asked again", async () => {
  const { port, reads } = portOf([0]);
  await expect(port.read(buffer, 0, 64)).rejects.toMatchObject({ disconnect: true });
  expect(reads()).toBe(1);
});

it("waits for bytes without asking meanwhile, and gives them with their number", async () => {
  const { port, reads, wake } = portOf(["EAGAIN", 5]);
  const read = port.read(buffer, 0, 64);
  for (let i = 0; i < 20; i++) await turn();
  expect(reads()).toBe(1);
  wake();
  expect(await read).toEqual({ buffer, bytesRead: 5 });
});

it.each(["EIO", "ENXIO", "EBADF", "ENODEV"])("a read that fails with %s is an unplugged port", async (code) => {
  await expect(portOf([code]).port.read(buffer, 0, 64)).rejects.toMatchObject({ code, disconnect: true });
});

it("a port closed while it waited is closed, not unplugged", async () => {
  const { port, wake } = portOf(["EAGAIN"]);
  const read = port.read(buffer, 0, 64);
  for (let i = 0; i < 5; i++) await turn();
  wake(Object.assign(new Error("Canceled"), { canceled: true }));
  await expect(read).rejects.toMatchObject({ canceled: true });
  await expect(read).rejects.not.toHaveProperty("disconnect");
});

it("a binding that reads by events of its own keeps its reading", () => {
  const read = () => Promise.resolve({ buffer, bytesRead: 1 });
  const port: PolledPort = { fd: 1, isOpen: true, read };
  expect(endsWhenHungUp(port).read).toBe(read);
});
