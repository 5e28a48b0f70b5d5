import { describe, expect, it } from "vitest";
import { type VirtualClock, virtualClock } from "../clock/virtual-clock.ts";
import { backgroundBook } from "./background-book.ts";
import { type DiskSeen, judgeDisk } from "./judge-disk.ts";
import { watchStorage } from "./watch-storage.ts";

/** Lets promises run between the timers. */
async function pass(clock: VirtualClock, ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 500) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(500);
  }
  await new Promise((resolve) => setImmediate(resolve));
}

const mb = 1024 * 1024;
const seen = (freeMb: number | null, isWritable = true): DiskSeen => ({
  freeBytes: freeMb === null ? null : freeMb * mb,
  totalBytes: 100_000 * mb,
  isWritable,
});

it.each([
  [seen(5_000), "ok"],
  [seen(1_023), "low"],
  [seen(63), "full"],
  [seen(0), "full"],
  [seen(5_000, false), "not-writable"],
  [seen(0, false), "not-writable"],
  [seen(null), "unknown"],
] as const)("%j is %s", (disk, state) => {
  expect(judgeDisk(disk, 1_024 * mb)).toBe(state);
});

describe("the watch", () => {
  function bench(isServer = false) {
    const clock = virtualClock(1_000_000);
    const disks = { "/data": seen(5_000), "/backups": seen(9_000) };
    let stopped: Error | null = null;
    const mended: Error[] = [];
    const book = backgroundBook(() => {});
    const watch = watchStorage({
      clock,
      folders: { data: "/data", backups: "/backups" },
      warnBelowBytes: 1_024 * mb,
      isServer,
      stopped: () => stopped,
      background: book.problems,
      onMended: (error) => mended.push(error),
      look: async (folder) => disks[folder as "/data"],
    });
    const stop = (error: Error) => {
      stopped = error;
    };
    const codes = () => watch.problems().map(({ code }) => code);
    return { clock, disks, watch, book, mended, stop, codes };
  }

  it("tells of what fails again and again behind everybody's back, until it goes well", () => {
    const { book, codes } = bench();
    for (let i = 0; i < 3; i++) book.failed("upkeep", new Error("full"));
    for (let i = 0; i < 9; i++) book.failed("other", new Error("once each"));
    expect(codes()).toEqual(["upkeep-failing"]);
    book.done("upkeep");
    expect(codes()).toEqual([]);
  });

  it("says nothing while there is room, warns before it is gone, and again says nothing when there is", async () => {
    const { clock, disks, watch, codes } = bench();
    await pass(clock, 1_000);
    expect([watch.problems(), watch.disks().map(({ state }) => state)]).toEqual([[], ["ok", "ok"]]);
    disks["/data"] = seen(900);
    await pass(clock, 10_000);
    expect(watch.problems()).toEqual([
      {
        code: "disk-low",
        zh: expect.stringMatching(/DATA_DIR 所在磁盘只剩 900 MB：请尽快腾出空间/),
        en: expect.stringMatching(/The disk of DATA_DIR has 900 MB left: make room soon/),
      },
    ]);
    disks["/data"] = seen(5);
    disks["/backups"] = seen(5_000, false);
    await pass(clock, 10_000);
    expect(codes()).toEqual(["disk-full", "disk-not-writable"]);
    disks["/data"] = disks["/backups"] = seen(5_000);
    await pass(clock, 10_000);
    expect(codes()).toEqual([]);
    watch.close();
  });

  it("names one disk once, though both folders are on it", async () => {
    const { clock, disks, watch, codes } = bench();
    disks["/data"] = disks["/backups"] = seen(100);
    await pass(clock, 1_000);
    expect(codes()).toEqual(["disk-low"]);
    watch.close();
  });

  it("keeps for five minutes what the server answered, through every wrapping", async () => {
    const { clock, watch, codes } = bench(true);
    await pass(clock, 1_000);
    watch.saw(new Error("the box was not made"));
    expect(codes()).toEqual([]);
    const full = Object.assign(new Error("could not extend file"), { code: "53100", severity: "ERROR" });
    watch.saw(new Error("Failed query", { cause: full }));
    expect(codes()).toEqual(["storage-full"]);
    await pass(clock, 5 * 60_000);
    expect(codes()).toEqual([]);
    watch.close();
  });

  it("asks for a new start once, when the engine has ended and its disk is well again", async () => {
    const { clock, disks, watch, mended, stop, codes } = bench();
    disks["/data"] = seen(1);
    stop(new Error("the disk did not take the data"));
    await pass(clock, 60_000);
    expect([codes(), mended]).toEqual([["storage-stopped", "disk-full"], []]);
    disks["/data"] = seen(5_000);
    await pass(clock, 60_000);
    expect(mended.map(({ message }) => message)).toEqual(["the disk did not take the data"]);
    watch.close();
  });
});
