import { describe, expect, test } from "vitest";
import { readPrecondition } from "../../src/api/entity-tag.ts";
import type { ApiRequest } from "./support.ts";
import { useApiWorld } from "./use-api-world.ts";

const world = useApiWorld();
const call = (request: ApiRequest) => world.api.call(world.api.operatorToken, request);
const acme = "/v1/manufacturers/acme";
const changing = (body: object, headers: Record<string, string> = {}): ApiRequest => ({
  method: "PATCH",
  path: acme,
  body,
  headers,
});
const profile = (thing: string) => ({
  name: "lamp",
  thing: { name: thing },
  policy: { publish: ["dt/${thingName}"] },
});
const applying = (thing: string, headers: Record<string, string> = {}): ApiRequest => ({
  method: "PUT",
  path: "/v1/profiles/lamp",
  body: profile(thing),
  headers,
});

describe("a change of a manufacturer", () => {
  test("is made to what was read, and gives it a new tag", async () => {
    const tag = (await call({ path: acme })).headers.get("etag") ?? "";
    const changed = await call(
      changing({ name: "Acme Ltd", status: "suspended" }, { "if-match": tag }),
    );
    expect(changed.body).toMatchObject({ name: "Acme Ltd", status: "suspended" });
    expect(changed.headers.get("etag")).not.toBe(tag);
    const late = await call(changing({ status: "active" }, { "if-match": tag }));
    expect(late.body).toMatchObject({ status: 412, code: "PRECONDITION_FAILED" });
    expect((await call({ path: acme })).body.status).toBe("suspended");
  });

  test("is one, whatever of it changes: nobody else's comes in between", async () => {
    const before = await call({ path: acme });
    const tag = before.headers.get("etag") ?? "";
    const status = before.body.status === "active" ? "suspended" : "active";
    const changed = await call(changing({ name: "Both", status }, { "if-match": tag }));
    expect(changed.body).toMatchObject({ name: "Both", status });
    const revisionOf = (each: string | null) => Number(each?.replaceAll('"', ""));
    expect(revisionOf(changed.headers.get("etag"))).toBe(revisionOf(tag) + 1);
    const { records } = (await call({ path: "/v1/audit/manufacturers/acme?limit=100" })).body;
    expect(records.at(-1)).toMatchObject({
      action: status === "active" ? "resumed" : "suspended",
      evidence: { name: "Both" },
    });
  });

  test("that does not say what it is for is refused", async () => {
    const { body } = await call(changing({ name: "x" }));
    expect(body).toMatchObject({ status: 428, code: "PRECONDITION_MISSING" });
  });

  test("goes through for one of many at the same moment", async () => {
    const tag = (await call({ path: acme })).headers.get("etag") ?? "";
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        call(changing({ name: `Acme ${index}` }, { "if-match": tag })),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(7);
  });

  test("of none is not its making", async () => {
    const request = { ...changing({ name: "x" }, { "if-match": "*" }), path: `${acme}-2` };
    expect((await call(request)).body.code).toBe("MANUFACTURER_UNKNOWN");
  });
});

describe("adding a manufacturer", () => {
  const adding = (name: string) => ({
    method: "POST",
    path: "/v1/manufacturers",
    body: { id: "m-9", name },
  });
  test("again changes nothing; by another name is refused", async () => {
    const first = await call(adding("M 9"));
    const again = await call(adding("M 9"));
    expect([first.status, again.status]).toEqual([201, 200]);
    const locations = [first, again].map(({ headers }) => headers.get("location"));
    expect(locations).toEqual(["/v1/manufacturers/m-9", null]);
    expect(again.body).toEqual(first.body);
    expect((await call(adding("Other"))).body).toMatchObject({
      status: 409,
      code: "MANUFACTURER_EXISTS",
    });
  });
});

test("of many that add one manufacturer at the same moment each is told that it is there", async () => {
  const adding = (name: string) =>
    call({ method: "POST", path: "/v1/manufacturers", body: { id: "at-once", name } });
  const answers = await Promise.all(Array.from({ length: 8 }, () => adding("One")));
  const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other);
  expect(statuses).toEqual([...Array.from({ length: 7 }, () => 200), 201]);
});

describe("applying a profile", () => {
  test("makes it, then changes what was read, and nothing else", async () => {
    expect((await call(applying("${cn}"))).status).toBe(428);
    const made = await call(applying("${cn}", { "if-none-match": "*" }));
    expect(made.body).toMatchObject({ name: "lamp", version: 1 });
    expect((await call(applying("x-${cn}", { "if-none-match": "*" }))).status).toBe(412);
    const tag = made.headers.get("etag") ?? "";
    const changed = await call(applying("x-${cn}", { "if-match": tag }));
    expect(changed.body).toMatchObject({ version: 2, thing: { name: "x-${cn}" } });
    expect((await call(applying("y-${cn}", { "if-match": tag }))).status).toBe(412);
    expect((await call({ path: "/v1/profiles/lamp" })).body).toEqual(changed.body);
  });

  test("names every field that is wrong", async () => {
    const body = { name: "lamp", thing: { name: 1 }, policy: { publish: ["#"] } };
    const request = { ...applying("", { "if-match": "*" }), body };
    const answer = await call(request);
    expect(answer.body).toMatchObject({ status: 422, code: "PROFILE_INVALID" });
    const pointers = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers).toEqual(["#/thing/name", "#/policy/publish/0"]);
  });

  test("takes the name in the path, and no other", async () => {
    const body = { ...profile("${cn}"), name: "other" };
    const answer = await call({ ...applying("", { "if-match": "*" }), body });
    expect(answer.body).toMatchObject({ status: 400, errors: [{ pointer: "#/name" }] });
  });
});

describe("a precondition", () => {
  test.for<[string, object, number, boolean]>([
    ["the tag", { "if-match": '"3"' }, 3, true],
    ["one of several tags", { "if-match": '"2", "3"' }, 3, true],
    ["any that is there", { "if-match": "*" }, 3, true],
    ["any, and there is none", { "if-match": "*" }, 0, false],
    ["another tag", { "if-match": '"2"' }, 3, false],
    ["a weak tag, which says too little for a change", { "if-match": 'W/"3"' }, 3, false],
    ["none yet", { "if-none-match": "*" }, 0, true],
    ["none yet, and there is one", { "if-none-match": "*" }, 1, false],
  ])("of %s", ([, headers, revision, holds]) => {
    const check = () => readPrecondition(headers)(revision);
    if (holds) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: "PRECONDITION_FAILED" }));
  });
});
