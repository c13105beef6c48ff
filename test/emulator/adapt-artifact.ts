import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Template {
  readonly Mappings?: Mappings;
  Conditions?: unknown;
  readonly Resources: Readonly<Record<string, Resource>>;
}

type Mappings = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>
>;

interface Resource {
  readonly Type: string;
  readonly Properties: {
    readonly Policies?: readonly Policy[];
    readonly PolicyDocument?: Policy["PolicyDocument"];
    readonly Queues?: readonly { readonly Ref?: string }[];
    Metrics?: unknown;
  };
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: Statement[] };
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  Principal?: unknown;
  readonly Condition?: unknown;
}

interface State {
  readonly service: { readonly provider: { readonly compiledCloudFormationTemplate: Template } };
}

/**
 * Actions on CAs, on what policies are attached to, and on an event bus. AWS authorises them by that; MiniStack does
 * not tell what they are about, and asks whether they are allowed on everything.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiot.html
 */
const judgedWithoutResource: readonly string[] = [
  "iot:AttachPolicy",
  "iot:DetachPolicy",
  "iot:ListAttachedPolicies",
  "iot:DescribeCACertificate",
  "iot:UpdateCACertificate",
  "events:DescribeEventBus",
];

const anyMetric = { Namespace: "None", MetricName: "None", Statistic: "Sum", Period: 300 };

/**
 * Has MiniStack take a packaged template as AWS would. Four things are changed:
 *
 * - what `Fn::FindInMap` finds is put in its place in conditions, where MiniStack takes it for text;
 * - roles that may do one of those actions on some resources may do it on all;
 * - queues that topic rules send to refuse plain HTTP to nobody: MiniStack takes its own rules for such;
 * - alarms over several metrics are over one that nobody writes: MiniStack refuses metric math.
 *
 * @param artifact the folder that `npm run package` makes.
 */
export function adaptArtifact(artifact: string): void {
  change<Template>(join(artifact, "cloudformation-template-update-stack.json"), adapt);
  change<State>(join(artifact, "serverless-state.json"), ({ service }) =>
    adapt(service.provider.compiledCloudFormationTemplate),
  );
}

function adapt(template: Template): void {
  template.Conditions = lookUp(template.Conditions, template.Mappings ?? {});
  const resources = Object.values(template.Resources);
  const rules = resources.filter(({ Type }) => Type === "AWS::IoT::TopicRule");
  for (const { Type, Properties } of resources) {
    const { Policies = [], PolicyDocument, Queues = [] } = Properties;
    if (Type === "AWS::IAM::Role") Policies.forEach(allowOnAll);
    if (Type === "AWS::CloudWatch::Alarm" && Properties.Metrics !== undefined) {
      delete Properties.Metrics;
      Object.assign(Properties, anyMetric);
    }
    const isRuleTarget = Queues.some(({ Ref }) =>
      JSON.stringify(rules).includes(`{"Ref":"${Ref}"}`),
    );
    if (isRuleTarget) PolicyDocument?.Statement.forEach(letInPlainHttp);
  }
}

function allowOnAll({ PolicyDocument: { Statement } }: Policy): void {
  const allowing = Statement.filter(({ Effect }) => Effect === "Allow");
  const allowed = allowing.flatMap(({ Action }) => Action);
  const Action = judgedWithoutResource.filter((action) => allowed.includes(action));
  if (Action.length > 0) Statement.push({ Effect: "Allow", Action, Resource: "*" });
}

function letInPlainHttp(statement: Statement): void {
  const isAboutTls = JSON.stringify(statement.Condition ?? {}).includes("aws:SecureTransport");
  if (isAboutTls) statement.Principal = { AWS: "arn:aws:iam::123456789012:user/nobody" };
}

function lookUp(value: unknown, mappings: Mappings): unknown {
  if (Array.isArray(value)) return value.map((each) => lookUp(each, mappings));
  if (typeof value !== "object" || value === null) return value;
  const { "Fn::FindInMap": found } = value as { readonly "Fn::FindInMap"?: readonly string[] };
  if (found) {
    const [map = "", first = "", second = ""] = found;
    return mappings[map]?.[first]?.[second];
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, lookUp(each, mappings)]),
  );
}

function change<T>(file: string, by: (content: T) => void): void {
  const content = JSON.parse(readFileSync(file, "utf8")) as T;
  by(content);
  writeFileSync(file, JSON.stringify(content));
}
