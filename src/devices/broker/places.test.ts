import fc from "fast-check";
import { expect, it } from "vitest";
import { keepPlaces, type Place } from "./places.ts";

const limits = { connections: 3, connectionsPerUser: 2, unknownPerAddress: 4, unknown: 6 };
const reader = { username: "rd-1" };
const motion = { username: "motion.r1", keepsPlace: true };

function room(wanted = limits) {
  const places = keepPlaces(wanted);
  const open = new Set<string>();
  function enter(name: string, address: string): Place {
    open.add(name);
    // Like a socket, it calls `leave` only later.
    const place = places.enter(address, () => void open.delete(name));
    return place;
  }
  return { open, enter };
}

it("lets the newest in when an address is full of connections that say nothing, and ends the oldest", () => {
  const { open, enter } = room();
  for (let i = 0; i < 100; i++) enter(`silent-${i}`, "127.0.0.1");
  expect(enter("motion", "127.0.0.1").prove(motion)).toBe(true);
  expect([...open]).toEqual(["silent-97", "silent-98", "silent-99", "motion"]);
});

it("takes from the address with the most when all of them are too many", () => {
  const { open, enter } = room();
  enter("quiet", "10.0.0.2");
  for (let i = 0; i < 4; i++) enter(`loud-${i}`, "10.0.0.1");
  for (let i = 0; i < 3; i++) enter(`other-${i}`, "10.0.0.3");
  expect(open.has("quiet")).toBe(true);
  expect(open.size).toBe(6);
});

it("keeps the places of the gateway from all others, and gives them back", () => {
  const { open, enter } = room();
  const taken = ["a", "b", "c"].map((name) => enter(name, "127.0.0.1"));
  for (const [i, place] of taken.entries()) expect(place.prove({ username: `rd-${i}` })).toBe(true);
  expect(enter("d", "127.0.0.1").prove({ username: "rd-9" })).toBe(false);
  expect(enter("motion", "127.0.0.1").prove(motion)).toBe(true);
  taken[0]?.leave();
  expect(enter("e", "127.0.0.1").prove({ username: "rd-9" })).toBe(true);
  expect(open.has("motion")).toBe(true);
});

it("ends the oldest of a user that has too many, and nobody else's", () => {
  const { open, enter } = room();
  enter("motion", "127.0.0.1").prove(motion);
  for (let i = 0; i < 9; i++) expect(enter(`rd-${i}`, "127.0.0.1").prove(reader)).toBe(true);
  expect([...open]).toEqual(["motion", "rd-7", "rd-8"]);
});

it("never counts a place twice or keeps one of nobody, whatever order things come in", () => {
  const step = fc.tuple(fc.constantFrom("enter", "prove", "leave"), fc.nat(5), fc.nat(2));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { open, enter } = room();
      const places: (Place | null)[] = Array(6).fill(null);
      for (const [what, at, who] of steps) {
        if (what === "enter" && !places[at]) places[at] = enter(`${at}`, `10.0.0.${who}`);
        else if (what === "prove") places[at]?.prove(who === 0 ? motion : { username: `rd-${who}` });
        else if (what === "leave") {
          places[at]?.leave();
          places[at] = null;
          open.delete(`${at}`);
        }
      }
      for (const place of places) place?.leave();
      // All places were given back.
      for (let i = 0; i < limits.connections; i++)
        expect(enter(`new-${i}`, "x").prove({ username: `n-${i}` })).toBe(true);
    }),
  );
});
