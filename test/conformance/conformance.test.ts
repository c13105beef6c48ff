import { describe, expect, test } from "vitest";
import { noServiceModel, readServiceModel } from "../support/service-model.ts";
import { areas } from "./areas.ts";
import { type Corrupt, startCorruptingProxy } from "./corrupting-proxy.ts";
import { ministackDeviations } from "./ministack-deviations.ts";
import { runCases } from "./run-cases.ts";
import { standInDeviations } from "./stand-in-deviations.ts";
import { openRun } from "./subject/open-run.ts";
import { startStandIn } from "./targets/start-stand-in.ts";
import { readUnverifiedPage, toUnverifiedPage } from "./unverified.ts";

const cases = areas.flatMap((area) => area.cases);
const ids = cases.map(({ id }) => id);

describe("the cases of the conformance suite", () => {
  test("have each an id of its own, which begins with the name of its area", () => {
    expect(new Set(ids).size).toBe(ids.length);
    const astray = areas.flatMap(({ name, cases: own }) =>
      own.filter(({ id }) => !id.startsWith(`${name}/`)).map(({ id }) => id),
    );
    expect(astray).toEqual([]);
  });

  test("cite AWS, a standard or AWS_FACTS", () => {
    const uncited = cases.filter(
      ({ source }) => !/^(AWS_FACTS section \d|https?:\/\/)/.test(source),
    );
    expect(uncited).toEqual([]);
  });

  test.for([
    ["MiniStack", ministackDeviations],
    ["the stand-in", standInDeviations],
  ] as const)("are there, where the list of %s names them", ([, deviations]) => {
    expect(Object.keys(deviations).filter((id) => !ids.includes(id))).toEqual([]);
  });

  test("are in docs/unverified.md where nobody has seen them on AWS", () => {
    const page = readUnverifiedPage();
    expect(page, "run: node test/conformance/unverified.ts").toBe(toUnverifiedPage(page));
  });
});

/** Wrong servers: what they change in which answer, and a case that has to notice. */
const corruptions: readonly {
  readonly name: string;
  readonly corrupt: Corrupt;
  readonly caught: string;
  /** A part of what the case has to say of it. */
  readonly seen: string;
}[] = [
  {
    name: "answers with another status",
    corrupt: (_, answer) => (answer.status === 404 ? { ...answer, status: 400 } : answer),
    caught: "things/describe/unknown",
    seen: "400 ResourceNotFoundException",
  },
  {
    name: "names another error",
    corrupt: (_, answer) =>
      answer.status === 409
        ? { ...answer, headers: { ...answer.headers, "x-amzn-errortype": "ConflictException" } }
        : answer,
    caught: "certificates/register-without-ca/twice",
    seen: "409 ConflictException",
  },
  {
    name: "tells ids in upper case",
    corrupt: (request, answer) =>
      request.startsWith("POST /certificate/")
        ? { ...answer, body: answer.body.replace(/[0-9a-f]{64}/g, (id) => id.toUpperCase()) }
        : answer,
    caught: "certificates/register-without-ca/der-id",
    seen: "certificateId",
  },
  {
    name: "leaves a member out",
    corrupt: changeBody(/^GET \/things\//, (body) => ({ ...body, version: undefined })),
    caught: "things/describe/members",
    seen: "version: undefined",
  },
  {
    name: "tells a number as text, which only the service model forbids",
    corrupt: changeBody(/^GET \/things\//, ({ version, ...rest }) => ({
      ...rest,
      attributes: { a: "1" },
      version: String(version),
    })),
    caught: "things/create/different-again",
    seen: "DescribeThing: ",
  },
  {
    name: "adds a member that the service model does not know",
    corrupt: changeBody(/^GET \/registrationcode/, (body) => ({ ...body, more: 1 })),
    caught: "registration-codes/get/stable",
    seen: "GetRegistrationCode: ",
  },
  {
    name: "puts more on a page than was asked for",
    corrupt: changeBody(/^GET \/things\?/, ({ things, ...rest }) => ({
      ...rest,
      things: Array.from({ length: 3 }, () => [things].flat()[0]),
    })),
    caught: "listing/walk/ListThings",
    seen: "3 at most 2",
  },
  {
    name: "says that an ACTIVE certificate was deleted",
    corrupt: (request, answer) =>
      request.startsWith("DELETE /certificates/") ? { status: 200, headers: {}, body: "" } : answer,
    caught: "certificates/delete/active",
    seen: "an answer with nothing",
  },
];

function changeBody(
  request: RegExp,
  change: (body: Record<string, unknown>) => Record<string, unknown>,
): Corrupt {
  return (asked, answer) =>
    request.test(asked) && answer.status === 200
      ? { ...answer, body: JSON.stringify(change(JSON.parse(answer.body))) }
      : answer;
}

const iot = readServiceModel("iot");
const iotData = readServiceModel("iot-data");

describe.skipIf(iot === undefined)(`the conformance suite (else: ${noServiceModel})`, () => {
  const run = async (caught: string, corrupt: Corrupt) => {
    if (iot === undefined || iotData === undefined) throw new Error(noServiceModel);
    await using standIn = await startStandIn();
    let isOn = false;
    const corruptLater: Corrupt = (request, answer) => (isOn ? corrupt(request, answer) : answer);
    await using proxy = await startCorruptingProxy(standIn.iotEndpoint ?? "", corruptLater);
    const opened = await openRun({ ...standIn, iotEndpoint: proxy.url }, { iot, iotData });
    // What the proxy changes must not stop the run itself.
    isOn = true;
    const chosen = areas.map((area) => ({
      ...area,
      cases: area.cases.filter(({ id }) => id === caught),
    }));
    const runOf = () => Promise.resolve(opened);
    const [result] = await runCases(chosen, runOf, { slow: false, parallel: 1 });
    return result;
  };

  test.for(corruptions)("notices a server that $name", async ({ caught, corrupt, seen }) => {
    const result = await run(caught, corrupt);
    expect(result).toMatchObject({ id: caught, outcome: "failed" });
    expect(`${result?.seen} ${result?.expected}`).toContain(seen);
  });

  test.for(corruptions)("finds $caught right without it", async ({ caught }) => {
    expect(await run(caught, (_, answer) => answer)).toMatchObject({ outcome: "passed" });
  });
});
