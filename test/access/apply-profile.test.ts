import { describe, expect, test } from "vitest";
import { createApplyProfile } from "../../src/access/profiles/apply-profile.ts";
import type { AppliedProfile } from "../../src/rules/profile/profile.ts";
import { createSubjects } from "../support/memory-subjects.ts";

const at = "2026-05-01T00:00:00.000Z";
const yaml = `
name: sensor
thing: { name: "\${cn}" }
policy: { publish: ["dt/\${thingName}/*"] }
`;
const rich = `
name: sensor
thing: { name: "\${cn}", type: Sensor, groups: [sensors, all] }
policy:
  attachTo: { group: sensors, greengrass: false }
  publish: ["dt/\${thingName}/*"]
`;

function setup({ conflicts = 0 } = {}) {
  const subjects = createSubjects<AppliedProfile>(conflicts);
  const calls: string[] = [];
  const note = (call: string) => async (name: string, other?: string) => {
    calls.push(`${call} ${name}${other?.startsWith("{") ? "" : ` ${other ?? ""}`}`.trim());
  };
  const applyProfile = createApplyProfile({
    ...subjects,
    ensureThingType: note("type"),
    ensureThingGroup: note("group"),
    ensurePolicy: note("policy"),
    replaceGroupPolicy: note("attach"),
    scope: async () => ({ partition: "aws", region: "eu-west-1", accountId: "123456789012" }),
    stage: "dev",
    now: () => new Date(at),
    actor: "operator:eve",
  });
  return { ...subjects, calls, applyProfile };
}

describe("applying a profile", () => {
  test("makes its policy and keeps it as version 1", async () => {
    const { applyProfile, calls, events, values } = setup();
    const applied = await applyProfile(yaml);
    expect(applied).toMatchObject({ name: "sensor", version: 1 });
    expect(applied.policyName).toMatch(/^muster-dev-sensor-v1-[0-9a-f]{8}$/);
    expect(calls).toEqual([`policy ${applied.policyName}`]);
    expect(values.get("sensor")).toEqual(applied);
    expect(events).toEqual([
      {
        id: "sensor",
        action: "applied",
        actor: "operator:eve",
        at,
        evidence: { version: 1, policyName: applied.policyName, thingName: "${cn}" },
      },
    ]);
  });

  test("makes thing type and groups before the policy, and attaches it to the group", async () => {
    const { applyProfile, calls } = setup();
    const { policyName } = await applyProfile(rich);
    expect(calls).toEqual([
      "type Sensor",
      "group sensors",
      "group all",
      `policy ${policyName}`,
      `attach ${policyName} sensors`,
    ]);
  });

  test("again makes no new version, and makes good what is missing in AWS IoT", async () => {
    const { applyProfile, calls, events } = setup();
    const first = await applyProfile(rich);
    calls.length = 0;
    const reordered = `description: ""\n${rich}`;
    expect(await applyProfile(reordered)).toEqual(first);
    expect(calls).toHaveLength(5);
    expect(events).toHaveLength(1);
  });

  test("changed makes a new version under a policy of its own", async () => {
    const { applyProfile } = setup();
    const first = await applyProfile(yaml);
    const second = await applyProfile(`${yaml}description: other\n`);
    expect(second).toMatchObject({ version: 2, description: "other" });
    expect(second.policyName).toBe(first.policyName.replace("-v1-", "-v2-"));
    const third = await applyProfile(yaml.replace("dt/", "data/"));
    expect(third.version).toBe(3);
    expect(third.policyName.slice(-8)).not.toBe(first.policyName.slice(-8));
  });

  test("reads it anew when somebody else was faster", async () => {
    const { applyProfile, events } = setup({ conflicts: 1 });
    expect(await applyProfile(yaml)).toMatchObject({ version: 1 });
    expect(events).toHaveLength(1);
  });
});

describe("a profile file is PROFILE_INVALID", () => {
  const aliases = `[${Array(20).fill("*a").join(", ")}]`;
  const cases: readonly (readonly [what: string, yaml: string, words: string])[] = [
    ["empty", "", "(document): it has to be a set of fields"],
    ["with a wrong field", "name: sensor\nfoo: 1", 'unknown field "foo"'],
    ["that is not closed", "name: {", "at line 1, column 8."],
    ["indented by a tab", "thing:\n\tname: x", "Tabs are not allowed as indentation at line 2"],
    ["with a field twice", "name: a\nname: b", "Map keys must be unique at line 2, column 1."],
    ["of two documents", "name: a\n---\nname: b", "Put each profile into a file of its own."],
    ["with a tag", "name: !!person x", "Unresolved tag: tag:yaml.org,2002:person at line 1"],
    ["with an alias of nothing", "name: *a", "Unresolved alias"],
    ["with a great many aliases", `a: &a [1, 2]\nb: ${aliases}`, "Excessive alias count"],
    ["nested without end", "[".repeat(50_000), "The profile cannot be read as YAML"],
    ["that holds itself", "&a [*a]", "(document): it has to be a set of fields"],
    ["that is no text", "\u0000\u0001\u0002", "(document): it has to be a set of fields"],
    ["of 100001 characters", `#${"x".repeat(100_000)}`, "at most 100000 characters"],
  ];
  test.for(cases)("%s", async ([, text, words]) => {
    const { applyProfile, calls, values } = setup();
    const error = await applyProfile(text).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "PROFILE_INVALID",
      message: expect.stringContaining(words),
    });
    expect(String(error).split("\n").length).toBeLessThan(6);
    expect(calls).toEqual([]);
    expect(values.size).toBe(0);
  });

  test("but not of 100000 characters", async () => {
    const comment = "#".padEnd(100_000 - yaml.length, "x");
    expect(await setup().applyProfile(yaml + comment)).toMatchObject({ name: "sensor" });
  });
});

test("a policy that is too long is refused before anything is made", async () => {
  const { applyProfile, calls } = setup();
  const topics = Array.from({ length: 10 }, (_, index) => `t${index}${"x".repeat(250)}`);
  const long = yaml.replace(/publish: .*\]/, `publish: ${JSON.stringify(topics)}`);
  await expect(applyProfile(long)).rejects.toMatchObject({ code: "POLICY_TOO_LARGE" });
  expect(calls).toEqual([]);
});
