import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeLivePlaces } from "./live-places.ts";

const limits = { knownMax: 10, perActorMax: 6, strangersMax: 8, strangersPerSourceMax: 3 };

describe("places on the live feed", () => {
  test("strangers take none from anybody signed in, one address none from another, one person none from another", () => {
    const places = makeLivePlaces(limits);
    let strangers = 0;
    for (let i = 0; i < 2_000; i++) if (places.enter(`s${i}`, { source: `10.0.0.${i % 2}` })) strangers++;
    expect(strangers).toBe(6);
    expect(places.hasRoom({ source: "10.0.0.9" })).toBe(true);
    let mad = 0;
    for (let i = 0; i < 100; i++) if (places.enter(`m${i}`, { actor: "system:mad" })) mad++;
    expect(mad).toBe(6);
    expect(places.enter("li", { actor: "person:li" })).toBe(true);
  });

  test("who says who he is gives his stranger's place back", () => {
    const places = makeLivePlaces(limits);
    for (const id of ["a", "b", "c"]) places.enter(id, { source: "10.0.0.1" });
    expect(places.hasRoom({ source: "10.0.0.1" })).toBe(false);
    expect(places.prove("a", "person:li")).toBe(true);
    expect(places.hasRoom({ source: "10.0.0.1" })).toBe(true);
    expect(places.prove("nobody", "person:li")).toBe(false);
  });

  test("whatever comes and goes, the limits hold and nothing is left over", () => {
    const act = fc.record({
      what: fc.constantFrom("known", "stranger", "prove", "leave"),
      id: fc.nat(30).map(String),
      whose: fc.nat(4).map(String),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 300 }), (acts) => {
        const places = makeLivePlaces(limits);
        const held = new Set<string>();
        for (const { what, id, whose } of acts) {
          if (what === "leave") {
            places.leave(id);
            held.delete(id);
          } else if (what === "prove") places.prove(id, whose);
          else if (!held.has(id) && places.enter(id, what === "known" ? { actor: whose } : { source: whose }))
            held.add(id);
          if (held.size > limits.knownMax + limits.strangersMax) return false;
        }
        for (const id of held) places.leave(id);
        let free = 0;
        for (let i = 0; i < 100; i++) if (places.enter(`k${i}`, { actor: String(i) })) free++;
        return free === limits.knownMax;
      }),
    );
  });
});
