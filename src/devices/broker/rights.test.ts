import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../site/layout.ts";
import { parseSite } from "../../site/parse-site.ts";
import { mosquittoAcl } from "./mosquitto-files.ts";
import { brokerRights, mayKeep } from "./rights.ts";
import { covers, isFilter, isTopic } from "./topic-rules.ts";

const { site } = parseSite(readFileSync("sites/demo.yaml", "utf8"));
if (!site) throw new Error("sites/demo.yaml does not parse");
const rights = brokerRights(layoutOf(site));
const of = (username: string) => rights.find((one) => one.username === username);

describe("rights on the broker", () => {
  it("gives each MQTT device of the site its own topics and no other's", () => {
    expect(rights.map(({ username }) => username)).toEqual(["gateway.r1", "motion.r1", "shelf-2", "rd-209", "rd-210"]);
    const base = "archive/v1/demo/r1";
    expect(of("rd-209")?.write.sort()).toEqual(
      [
        `${base}/alarm`,
        `${base}/alarm/rd-209`,
        `${base}/reader/rd-209/inventory`,
        `${base}/reader/rd-209/state`,
        `${base}/reader/rd-209/tag`,
      ].sort(),
    );
    expect(of("rd-209")?.read.sort()).toEqual([`${base}/reader/rd-209/cmd`, `${base}/status`]);
    expect(of("shelf-2")?.read).toContain(`${base}/shelf/shelf-2/stop`);
    expect(of("shelf-2")?.read).toContain(`${base}/shelf/shelf-2/ask`);
    expect(of("shelf-2")?.read).toContain(`${base}/light/shelf-2/cmd`);
    for (const { username, write } of rights) {
      if (username !== "gateway.r1" && username !== "motion.r1")
        expect(write.some((topic) => /cmd|stop|beat|ask|[+#]/.test(topic))).toBe(false);
    }
    expect(of("gateway.r1")?.write.every((topic) => /cmd|stop|beat|ask|status/.test(topic))).toBe(true);
  });

  it("covers exactly what a filter matches", () => {
    expect(covers("a/+/c", "a/b/c")).toBe(true);
    expect(covers("a/+/c", "a/+/c")).toBe(true);
    for (const wider of ["a/#", "#", "+/b/c", "a/b/c/d", "a/b", "a/#/c"]) expect(covers("a/+/c", wider)).toBe(false);
  });

  it("knows what a topic and a filter may hold", () => {
    for (const bad of ["", "a+", "a/b+", "a/#/b", "#a", "a\u0000b", "a\ufffd", "x".repeat(600)])
      expect(isFilter(bad)).toBe(false);
    for (const good of ["a/+/b", "#", "a/#", "+"]) expect(isFilter(good)).toBe(true);
    for (const bad of ["a/+", "a/#", "$SYS/x", ""]) expect(isTopic(bad)).toBe(false);
  });

  it("lets states be kept, and never a command, a STOP or a beat", () => {
    const keptBy = rights.filter((one) => mayKeep(one, "archive/v1/demo/r1/shelf/shelf-2/state"));
    expect(keptBy.map(({ username }) => username)).toEqual(["shelf-2"]);
    for (const kind of ["cmd", "stop", "beat", "ask", "event"])
      for (const one of rights) expect(mayKeep(one, `archive/v1/demo/r1/shelf/shelf-2/${kind}`)).toBe(false);
  });

  it("gives the motion process the controllers, their lights and what is called out, and nobody's reads", () => {
    const { write = [], read = [], keep } = of("motion.r1") ?? {};
    const base = "archive/v1/demo/r1";
    expect(write.sort()).toEqual([
      `${base}/light/+/cmd`,
      ...["ask", "beat", "cmd", "stop"].map((k) => `${base}/shelf/+/${k}`),
    ]);
    expect(read.sort()).toEqual([
      `${base}/alarm/+`,
      `${base}/input/+/state`,
      `${base}/light/+/state`,
      `${base}/shelf/+/event`,
      `${base}/shelf/+/state`,
    ]);
    expect(keep).toEqual([]);
    expect(
      of("rd-209")
        ?.reads?.map((topic) => topic.split("/").at(-1))
        .sort(),
    ).toEqual(["inventory", "tag"]);
    expect(of("shelf-2")?.reads).toEqual([]);
  });

  it("writes the same rights for Mosquitto", () => {
    const acl = mosquittoAcl(rights);
    expect(acl.match(/^user /gm)).toHaveLength(5);
    expect(acl).toMatch(/^user rd-209\n(topic .*\n)*topic write archive\/v1\/demo\/r1\/reader\/rd-209\/tag$/m);
    expect(acl).not.toContain("#");
  });
});
