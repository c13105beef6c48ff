import { describe, expect, test } from "vitest";
import { checkSettings, type DeploySettings } from "../../../scripts/deploy/check-settings.ts";
import { listParameters } from "../../../scripts/deploy/list-parameters.ts";

const known = await listParameters();
const good: DeploySettings = { stage: "dev", region: "eu-west-1", params: [], tags: [] };
const oidc = ["oidcIssuer=https://id.example.com/?a=b", "oidcAudience=muster"];

const wrong: readonly [string, Partial<DeploySettings>, code: string, field: string][] = [
  ["no stage", { stage: "" }, "STAGE_INVALID", "stage"],
  ["capitals", { stage: "Dev" }, "STAGE_INVALID", "stage"],
  [
    "an underscore, as topic rules' names have for hyphens",
    { stage: "a_b" },
    "STAGE_INVALID",
    "stage",
  ],
  ["a digit first", { stage: "1a" }, "STAGE_INVALID", "stage"],
  [
    "a hyphen, whose policies could be another stage's",
    { stage: "dev-x" },
    "STAGE_INVALID",
    "stage",
  ],
  ["what stands for the local cloud", { stage: "local" }, "STAGE_INVALID", "stage"],
  ["no region", { region: "" }, "REGION_INVALID", "region"],
  ["an availability zone", { region: "eu-west-1a" }, "REGION_INVALID", "region"],
  ["words", { region: "Ireland" }, "REGION_INVALID", "region"],
  ["an unknown parameter", { params: ["apiRates=1"] }, "PARAMETER_INVALID", "apiRates"],
  ["a parameter without a value", { params: ["apiRate"] }, "PARAMETER_INVALID", "apiRate"],
  ["a rate that is none", { params: ["apiRate=fast"] }, "PARAMETER_INVALID", "apiRate"],
  ["a rate of nothing", { params: ["apiRate=0"] }, "PARAMETER_INVALID", "apiRate"],
  ["half a request", { params: ["apiBurst=1.5"] }, "PARAMETER_INVALID", "apiBurst"],
  [
    "less than Lambda takes",
    { params: ["ingestConcurrency=1"] },
    "PARAMETER_INVALID",
    "ingestConcurrency",
  ],
  [
    "more than Lambda takes",
    { params: ["ingestConcurrency=1001"] },
    "PARAMETER_INVALID",
    "ingestConcurrency",
  ],
  [
    "no pace",
    { params: ["preregistrationsPerSecond=0"] },
    "PARAMETER_INVALID",
    "preregistrationsPerSecond",
  ],
  ["no days", { params: ["manifestDays=0"] }, "PARAMETER_INVALID", "manifestDays"],
  [
    "an issuer without TLS",
    { params: ["oidcIssuer=http://x", "oidcAudience=a"] },
    "PARAMETER_INVALID",
    "oidcIssuer",
  ],
  [
    "an issuer without an audience",
    { params: [oidc[0] ?? ""] },
    "PARAMETER_INVALID",
    "oidcAudience",
  ],
  ["an audience without an issuer", { params: [oidc[1] ?? ""] }, "PARAMETER_INVALID", "oidcIssuer"],
  ["an address that is none", { params: ["alarmEmail=ann"] }, "PARAMETER_INVALID", "alarmEmail"],
  [
    "a queue for a topic",
    { params: ["alarmTopicArn=arn:aws:sqs:eu-west-1:123456789012:q"] },
    "PARAMETER_INVALID",
    "alarmTopicArn",
  ],
  [
    "a topic that the region's alarms cannot reach",
    { params: ["alarmTopicArn=arn:aws:sns:us-east-1:123456789012:alarms"] },
    "PARAMETER_INVALID",
    "alarmTopicArn",
  ],
  [
    "an ARN for a bus",
    { params: ["eventBus=arn:aws:events:eu-west-1:123456789012:event-bus/b"] },
    "PARAMETER_INVALID",
    "eventBus",
  ],
  ["no quarantine", { params: ["quarantineAlarm=0"] }, "PARAMETER_INVALID", "quarantineAlarm"],
  ["a tag without a value", { tags: ["team"] }, "TAG_INVALID", "team"],
  ["a tag of AWS's", { tags: ["aws:x=1"] }, "TAG_INVALID", "aws:x"],
  ["a tag of Muster's", { tags: ["Stage=1"] }, "TAG_INVALID", "Stage"],
  ["a tag with a sign that AWS refuses", { tags: ["team=a&b"] }, "TAG_INVALID", "team"],
  ["a tag that is too long", { tags: [`team=${"x".repeat(257)}`] }, "TAG_INVALID", "team"],
  ["a tag twice", { tags: ["team=a", "team=b"] }, "TAG_INVALID", "tag"],
  ["a tag twice for IAM", { tags: ["Team=a", "team=b"] }, "TAG_INVALID", "tag"],
  [
    "too many tags",
    { tags: Array.from({ length: 49 }, (_, n) => `t${n}=x`) },
    "TAG_INVALID",
    "tag",
  ],
];

describe("what is asked of a deployment", () => {
  test.for(wrong)("%s is refused, and named", ([, deviation, code, field]) => {
    const findings = checkSettings({ ...good, ...deviation }, known);
    expect(findings.map((each) => [each.code, each.field])).toEqual([[code, field]]);
  });

  test.for<Partial<DeploySettings>>([
    {},
    { stage: "a" },
    { stage: "team2eu" },
    { region: "us-gov-west-1" },
    { region: "ap-southeast-5" },
    { params: ["apiRate=1.5", "apiBurst=1", "ingestConcurrency=2", "manifestDays=1"] },
    { params: ["ingestConcurrency=1000", "preregistrationsPerSecond=0.5"] },
    { params: oidc },
    { params: ["alarmTopicArn=arn:aws:sns:eu-west-1:123456789012:alarms", "eventBus=default"] },
    { tags: ["team=iot", "cost centre=", "owner=a@example.com"] },
    { tags: Array.from({ length: 48 }, (_, n) => `t${n}=x`) },
  ])("%j is taken", (deviation) => {
    expect(checkSettings({ ...good, ...deviation }, known)).toEqual([]);
  });

  test("all that is wrong is told at once", () => {
    const findings = checkSettings({ stage: "", region: "", params: ["x=1"], tags: ["y"] }, known);
    expect(findings.map(({ code }) => code)).toEqual([
      "STAGE_INVALID",
      "REGION_INVALID",
      "PARAMETER_INVALID",
      "TAG_INVALID",
    ]);
  });
});
