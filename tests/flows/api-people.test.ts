import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CreatedToken, Person, Session } from "../../src/contract/people.ts";
import { makeDemoCode, makeSetUpCode } from "../../src/people/one-time-codes.ts";
import { openContext, type TestContext } from "../support/context-server.ts";
import { testDatabases } from "../support/database.ts";

const password = "a long enough password";

describe.each(testDatabases().filter(({ skipped }) => skipped === null))(
  "people by the API ($engine)",
  ({ engine }) => {
    let context: TestContext;
    beforeAll(async () => {
      context = await openContext(engine);
    });
    afterAll(() => context.close());

    let administrator: { cookie: string };
    const cookieOf = (answer: { cookies: { name: string; value: string }[] }) => {
      const found = answer.cookies.find(({ name }) => name === "guiwei");
      return { cookie: `guiwei=${found?.value}` };
    };
    const signIn = (login: string, typed = password) =>
      context.app.inject({ method: "POST", url: "/api/v1/session", payload: { login, password: typed } });
    const session = async (headers: Record<string, string> = {}) =>
      (await context.app.inject({ url: "/api/v1/session", headers })).json<Session>();

    test("the first visit makes the administrator exactly once, with the printed code", async () => {
      expect(await session()).toMatchObject({ setUpPending: true, person: null, siteName: { zh: "归位演示档案库" } });
      const printed = await makeSetUpCode(context.context, context.people.randomBytes);
      expect(printed).toMatch(/^(\w{4}-){3}\w{4}$/);
      const setUp = (code: string, login: string) =>
        context.app.inject({
          method: "POST",
          url: "/api/v1/set-up",
          payload: { code, login, name: "管理员", password, language: "zh" },
        });
      expect((await setUp("WRONG-CODE", "admin")).json().code).toBe("set-up-code-wrong");
      const typed = (printed ?? "").toLowerCase().replaceAll("-", " ");
      const answers = await Promise.all(["admin", "admin2", "admin3"].map((login) => setUp(typed, login)));
      const made = answers.filter(({ statusCode }) => statusCode === 201);
      expect(made).toHaveLength(1);
      administrator = cookieOf(made[0] as never);
      expect(await session(administrator)).toMatchObject({ setUpPending: false, person: { roles: ["administrator"] } });
      expect(await makeSetUpCode(context.context, context.people.randomBytes)).toBeNull();
      expect((await setUp(typed, "late")).json().code).toBe("set-up-done");
    });

    let operator: Person;
    test("an administrator makes people; a login is taken whatever its case", async () => {
      const create = (payload: object) =>
        context.app.inject({ method: "POST", url: "/api/v1/people", headers: administrator, payload });
      const made = await create({ login: "Wang.Fang", name: "王芳", roles: ["operator"], language: "zh", password });
      expect(made.statusCode).toBe(201);
      expect(made.headers.etag).toBe('"1"');
      operator = made.json();
      expect(operator).toMatchObject({ canSignIn: true, isActive: true });
      const again = await create({ login: "wang.fang", name: "x", roles: [], language: "zh" });
      expect(again.json()).toMatchObject({ status: 409, code: "login-taken" });
      expect((await create({ login: "s", name: "x", roles: ["king"], language: "zh" })).statusCode).toBe(400);
    });

    test("sign-in, who am I, sign-out", async () => {
      const answer = await signIn("WANG.FANG");
      expect(answer.statusCode).toBe(200);
      const mine = cookieOf(answer);
      expect((await session(mine)).person?.name).toBe("王芳");
      const out = await context.app.inject({ method: "DELETE", url: "/api/v1/session", headers: mine });
      expect(out.statusCode).toBe(204);
      expect((await session(mine)).person).toBeNull();
      expect((await context.app.inject({ url: "/api/v1/rooms", headers: mine })).statusCode).toBe(401);
    });

    test("a change names the version that was seen", async () => {
      const patch = (headers: Record<string, string>, payload: object) =>
        context.app.inject({
          method: "PATCH",
          url: `/api/v1/people/${operator.id}`,
          headers: { ...administrator, ...headers },
          payload,
        });
      expect((await patch({}, { name: "x" })).json()).toMatchObject({ status: 428, code: "version-missing" });
      const done = await patch({ "if-match": '"1"' }, { name: "王芳芳" });
      expect(done.json()).toMatchObject({ name: "王芳芳", version: 2, roles: ["operator"] });
      const late = await patch({ "if-match": '"1"' }, { name: "y" });
      expect(late.json()).toMatchObject({ status: 412, code: "version-differs", zh: expect.stringContaining("2") });
    });

    test("deactivation ends the sessions at once", async () => {
      const mine = cookieOf(await signIn("wang.fang"));
      expect((await context.app.inject({ url: "/api/v1/rooms", headers: mine })).statusCode).toBe(200);
      await context.app.inject({
        method: "PATCH",
        url: `/api/v1/people/${operator.id}`,
        headers: { ...administrator, "if-match": '"2"' },
        payload: { isActive: false },
      });
      expect((await context.app.inject({ url: "/api/v1/rooms", headers: mine })).statusCode).toBe(401);
      expect((await signIn("wang.fang")).json().code).toBe("sign-in-refused");
    });

    test("the last administrator stays; of two who leave at once one stays", async () => {
      const { person } = await session(administrator);
      const leave = (id: string, version: number, payload: object) =>
        context.app.inject({
          method: "PATCH",
          url: `/api/v1/people/${id}`,
          headers: { ...administrator, "if-match": `"${version}"` },
          payload,
        });
      const alone = await leave(person?.id ?? "", 1, { isActive: false });
      expect(alone.json()).toMatchObject({ status: 409, code: "last-administrator" });
      const second = await context.app.inject({
        method: "POST",
        url: "/api/v1/people",
        headers: administrator,
        payload: { login: "second", name: "二号", roles: ["administrator"], language: "zh", password },
      });
      const answers = await Promise.all([
        leave(person?.id ?? "", 1, { roles: ["auditor"] }),
        leave(second.json().id, 1, { roles: ["auditor"] }),
      ]);
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
      if (answers[0]?.statusCode === 200) administrator = cookieOf(await signIn("second"));
    });

    test("everybody changes their own password by naming the present one; other sessions end", async () => {
      await context.app.inject({
        method: "POST",
        url: "/api/v1/people",
        headers: administrator,
        payload: { login: "own", name: "本人", roles: ["archivist"], language: "zh", password },
      });
      const [here, there] = [cookieOf(await signIn("own")), cookieOf(await signIn("own"))];
      const changeOwn = (payload: object) =>
        context.app.inject({ method: "PATCH", url: "/api/v1/session", headers: here, payload });
      expect((await changeOwn({ password: "another password", currentPassword: "no" })).json().code).toBe(
        "password-wrong",
      );
      expect((await changeOwn({ password: "another password" })).json().code).toBe("password-wrong");
      expect((await changeOwn({ password, currentPassword: password })).json().code).toBe("password-same");
      expect((await changeOwn({ password: "too short", currentPassword: password })).statusCode).toBe(400);
      expect((await session(there)).person?.login).toBe("own");
      expect((await changeOwn({ password: "another password", currentPassword: password })).statusCode).toBe(200);
      expect((await session(here)).person?.login).toBe("own");
      expect((await session(there)).person).toBeNull();
      expect((await changeOwn({ language: "en" })).json().language).toBe("en");
      expect((await signIn("own")).statusCode).toBe(401);
      expect((await signIn("own", "another password")).statusCode).toBe(200);
      const noSession = { method: "PATCH", url: "/api/v1/session", payload: { password: "x".repeat(10) } } as const;
      expect((await context.app.inject(noSession)).statusCode).toBe(401);
      const token = context.as("administrator");
      expect((await context.app.inject({ ...noSession, headers: token })).statusCode).toBe(403);
    });

    test("a token is shown once, acts as a system, and stops when revoked", async () => {
      const made = await context.app.inject({
        method: "POST",
        url: "/api/v1/tokens",
        headers: { ...administrator, "idempotency-key": "token-1" },
        payload: { name: "营销系统", roles: ["archivist"] },
      });
      const token = made.json<CreatedToken>();
      expect(token.secret).toMatch(/^gw_[\w-]{43}$/);
      const again = await context.app.inject({
        method: "POST",
        url: "/api/v1/tokens",
        headers: { ...administrator, "idempotency-key": "token-1" },
        payload: { name: "营销系统", roles: ["archivist"] },
      });
      expect(again.json().code).toBe("idempotency-answer-not-kept");
      const bearer = { authorization: `Bearer ${token.secret}` };
      expect((await context.app.inject({ url: "/api/v1/rooms", headers: bearer })).statusCode).toBe(200);
      expect((await context.app.inject({ url: "/api/v1/tokens", headers: bearer })).statusCode).toBe(403);
      const list = await context.app.inject({ url: "/api/v1/tokens", headers: administrator });
      expect(list.body).not.toContain(token.secret);
      const revoke = () =>
        context.app.inject({ method: "DELETE", url: `/api/v1/tokens/${token.id}`, headers: administrator });
      expect((await revoke()).statusCode).toBe(204);
      expect((await context.app.inject({ url: "/api/v1/rooms", headers: bearer })).statusCode).toBe(401);
      expect((await revoke()).json().code).toBe("token-unknown");
    });

    test("the demo's link signs in once", async () => {
      const { person } = await context.signedIn(["supervisor"]);
      const code = await makeDemoCode(context.context, context.people.randomBytes, person.id);
      const use = () => context.app.inject({ method: "POST", url: "/api/v1/session/demo", payload: { code } });
      const answers = await Promise.all([use(), use()]);
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 403]);
      expect((await use()).json().code).toBe("demo-code-used");
    });

    test("who may not manage people sees whom to lend to, and no more", async () => {
      const brief = (await context.app.inject({ url: "/api/v1/people", headers: context.as("archivist") })).json();
      expect(brief.items.length).toBeGreaterThan(3);
      expect(brief.items.every((person: Person) => person.roles.length === 0 && person.isActive)).toBe(true);
      const found = await context.app.inject({
        url: `/api/v1/people?q=${encodeURIComponent("芳")}`,
        headers: administrator,
      });
      expect(found.json().items.map((person: Person) => person.name)).toEqual(["王芳芳"]);
      const first = (await context.app.inject({ url: "/api/v1/people?limit=2", headers: administrator })).json();
      const next = await context.app.inject({
        url: `/api/v1/people?limit=2&cursor=${first.nextCursor}`,
        headers: administrator,
      });
      expect(next.json().items[0].id > first.items[1].id).toBe(true);
    });

    test("a session ends after 12 hours without use and after 7 days with it", async () => {
      const hourMs = 3_600_000;
      const { headers: idle } = await context.signedIn(["auditor"]);
      const { headers: busy } = await context.signedIn(["auditor"]);
      for (let hour = 0; hour < 7 * 24; hour += 11) {
        expect((await session(busy)).person).not.toBeNull();
        if (hour === 11) expect((await session(idle)).person).not.toBeNull();
        if (hour === 33) expect((await session(idle)).person).toBeNull();
        context.clock.advance(11 * hourMs);
      }
      expect((await session(busy)).person).toBeNull();
    });

    test("everything is in the journal and no secret is", async () => {
      const kinds = new Set(context.rows.map((row) => row.kind));
      for (const kind of [
        "person.created",
        "person.changed",
        "person.signed-in",
        "person.signed-out",
        "person.sign-in-refused",
        "token.created",
        "token.revoked",
      ])
        expect(kinds).toContain(kind);
      const text = JSON.stringify(context.rows);
      for (const secret of [password, "another password", "$argon2", "gw_", "passwordHash", "tokenHash"])
        expect(text).not.toContain(secret);
      expect(context.rows.every((row, i) => row.revision === i + 1 && row.chain === "house")).toBe(true);
    });
  },
);
