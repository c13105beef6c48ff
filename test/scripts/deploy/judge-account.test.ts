import { describe, expect, test } from "vitest";
import type { AccountSurvey } from "../../../scripts/deploy/account-survey.ts";
import { judgeAccount, takesRegistrations } from "../../../scripts/deploy/judge-account.ts";
import { preflightCodes, stops } from "../../../scripts/deploy/preflight-codes.ts";
import type { NamedResource } from "../../../scripts/deploy/template-names.ts";

const template = {
  Resources: {
    One: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: { ScalingConfig: { MaximumConcurrency: 5 } },
    },
    Two: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: { ScalingConfig: { MaximumConcurrency: 3 } },
    },
  },
};

const named = (logicalId: string, isRetained: boolean): NamedResource => ({
  logicalId,
  type: "AWS::DynamoDB::Table",
  property: "TableName",
  name: `muster-dev-${logicalId.toLowerCase()}`,
  isRetained,
});
const rule = (name: string, topicPattern: string, disabled = false) => ({
  name,
  topicPattern,
  disabled,
});
const registrations = "$aws/events/certificates/registered/+";

const quiet: AccountSurvey = {
  principal: "arn:aws:iam::123456789012:user/ann",
  accountId: "123456789012",
  region: "eu-west-1",
  stack: { name: "muster-dev", resources: [] },
  existing: [],
  concurrencyLimit: 1000,
  tableCount: 3,
  topicRules: [rule("muster_dev_registrations", registrations)],
  caEventsEnabled: true,
  deniedActions: [],
  iotEndpoint: "x-ats.iot.eu-west-1.amazonaws.com",
  unread: [],
};
const stack = (status: string | undefined, ...resources: string[]) => ({
  stack: { name: "muster-dev", status, resources },
});

const cases: readonly [string, Partial<AccountSurvey>, codes: readonly string[]][] = [
  ["nothing there yet", {}, []],
  ["a stack to update", stack("UPDATE_COMPLETE", "LedgerTable"), []],
  ["a stack whose last update was taken back", stack("UPDATE_ROLLBACK_COMPLETE"), []],
  ["a stack of tables that were taken over", stack("IMPORT_COMPLETE"), []],
  ["a stack at work", stack("UPDATE_IN_PROGRESS"), ["STACK_BUSY"]],
  ["a stack that is being removed", stack("DELETE_IN_PROGRESS"), ["STACK_BUSY"]],
  ["a creation that failed", stack("ROLLBACK_COMPLETE"), ["STACK_BROKEN"]],
  ["a removal that failed", stack("DELETE_FAILED"), ["STACK_BROKEN"]],
  ["an update that cannot be taken back", stack("UPDATE_ROLLBACK_FAILED"), ["STACK_BROKEN"]],
  ["a change set that nobody executed", stack("REVIEW_IN_PROGRESS"), ["STACK_BROKEN"]],
  ["a table that stayed", { existing: [named("LedgerTable", true)] }, ["LEFT_BEHIND"]],
  [
    "a table that stayed, and a stack without it",
    { ...stack("CREATE_COMPLETE", "AuditTable"), existing: [named("LedgerTable", true)] },
    ["LEFT_BEHIND"],
  ],
  [
    "a table of the stack",
    { ...stack("CREATE_COMPLETE", "LedgerTable"), existing: [named("LedgerTable", true)] },
    [],
  ],
  ["somebody else's queue", { existing: [named("Queue", false)] }, ["NAME_TAKEN"]],
  ["a new account's ten functions", { concurrencyLimit: 10 }, ["CONCURRENCY_LOW"]],
  ["just as many functions as Muster uses", { concurrencyLimit: 12 }, []],
  ["no room for two tables", { tableCount: 2499 }, ["QUOTA_NEAR"]],
  ["room for two tables", { tableCount: 2498 }, []],
  [
    "no room, and a stage that has its tables",
    { ...stack("CREATE_COMPLETE", "LedgerTable"), tableCount: 2500 },
    [],
  ],
  ["another stage's rule", { topicRules: [rule("muster_prod_registrations", registrations)] }, []],
  [
    "somebody's rule on registrations",
    { topicRules: [rule("jitr", registrations)] },
    ["OTHER_RULE"],
  ],
  ["such a rule that is switched off", { topicRules: [rule("jitr", registrations, true)] }, []],
  ["a bus that is there", { eventBus: { name: "default", isThere: true } }, []],
  [
    "a bus that is not there",
    { eventBus: { name: "fleet", isThere: false } },
    ["EVENT_BUS_MISSING"],
  ],
  ["events of CAs that are off", { caEventsEnabled: false }, ["EVENTS_DISABLED"]],
  [
    "an identity that may not do all",
    { deniedActions: ["iam:CreateRole"] },
    ["PERMISSION_MISSING"],
  ],
  ["a region without AWS IoT", { iotUnreachable: "ENOTFOUND" }, ["REGION_UNSUPPORTED"]],
  [
    "what could not be looked at",
    { deniedActions: undefined, unread: [{ what: "permissions", why: "AccessDenied" }] },
    ["NOT_CHECKED"],
  ],
];

describe("an account before a deployment", () => {
  test.for(cases)("%s", ([, deviation, codes]) => {
    const findings = judgeAccount({ ...quiet, ...deviation }, "dev", template);
    expect(findings.map(({ code }) => code)).toEqual(codes);
  });

  test("is left alone for whatever an update would break on, and warned of the rest", () => {
    const stopping = Object.entries(preflightCodes)
      .filter(([, { severity }]) => severity === "stops")
      .map(([code]) => code);
    expect(stopping).toEqual(
      expect.arrayContaining(["STACK_BUSY", "STACK_BROKEN", "LEFT_BEHIND", "NAME_TAKEN"]),
    );
    expect(stops([{ code: "OTHER_RULE", message: "" }])).toBe(false);
    expect(
      stops([
        { code: "OTHER_RULE", message: "" },
        { code: "STACK_BUSY", message: "" },
      ]),
    ).toBe(true);
  });

  test("whose stack is broken is told the command that helps, with its name", () => {
    const [found] = judgeAccount({ ...quiet, ...stack("ROLLBACK_COMPLETE") }, "dev", template);
    expect(found?.message).toContain("aws cloudformation delete-stack --stack-name muster-dev");
  });
});

describe("a topic filter takes registration events", () => {
  test.for([
    ["$aws/events/certificates/registered/+", true],
    ["$aws/events/certificates/registered/#", true],
    [`$aws/events/certificates/registered/${"a".repeat(64)}`, true],
    ["$aws/events/certificates/#", true],
    ["$aws/events/+/registered/+", true],
    ["$aws/+/+/+/+", true],
    ["$aws/#", true],
    ["#", false],
    ["+/events/certificates/registered/+", false],
    ["$aws/events/certificates/registered", false],
    ["$aws/events/certificates/registered/+/+", false],
    ["$aws/events/presence/connected/+", false],
    ["devices/+/telemetry", false],
  ] as const)("%s: %s", ([filter, takes]) => {
    expect(takesRegistrations(filter)).toBe(takes);
  });
});
