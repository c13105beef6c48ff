import { DescribeStacksCommand, paginateListStackResources } from "@aws-sdk/client-cloudformation";
import { paginateListTables } from "@aws-sdk/client-dynamodb";
import { DescribeEventBusCommand } from "@aws-sdk/client-eventbridge";
import { GetRoleCommand, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import {
  DescribeEndpointCommand,
  DescribeEventConfigurationsCommand,
  paginateListTopicRules,
} from "@aws-sdk/client-iot";
import { GetAccountSettingsCommand } from "@aws-sdk/client-lambda";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { AccountSurvey, EventBusSurvey, TopicRuleSurvey } from "./account-survey.ts";
import type { DeployClients } from "./aws-clients.ts";
import { findExisting } from "./find-existing.ts";
import { listNames, type NamedResource, type Template } from "./template-names.ts";

export interface Caller {
  readonly accountId: string;
  /** An ARN. */
  readonly principal: string;
}

/** Some of what deploying takes, one of each service; CloudFormation calls with the same identity. */
const neededActions = [
  "apigateway:POST",
  "cloudformation:CreateChangeSet",
  "cloudformation:ExecuteChangeSet",
  "dynamodb:CreateTable",
  "events:PutRule",
  "iam:CreateRole",
  "iam:PassRole",
  "iam:PutRolePolicy",
  "iot:CreateTopicRule",
  "lambda:CreateFunction",
  "lambda:CreateEventSourceMapping",
  "logs:CreateLogGroup",
  "s3:CreateBucket",
  "s3:PutBucketPolicy",
  "sqs:CreateQueue",
];

/** Asks who deploys. @throws what the SDK says of credentials that are missing or refused. */
export async function readCaller({ sts }: DeployClients): Promise<Caller> {
  const { Account = "", Arn = "" } = await sts.send(new GetCallerIdentityCommand());
  return { accountId: Account, principal: Arn };
}

/**
 * Looks at an account and region; what cannot be looked at holds up nothing else.
 *
 * Nothing is changed.
 */
export async function surveyAccount(
  clients: DeployClients,
  caller: Caller,
  {
    stackName,
    region,
    template,
  }: { readonly stackName: string; readonly region: string; readonly template: Template },
): Promise<AccountSurvey> {
  const unread: { what: string; why: string }[] = [];
  const attempt = async <T>(what: string, look: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await look();
    } catch (error) {
      unread.push({ what, why: toReason(error) });
      return undefined;
    }
  };
  const names = listNames(template, { accountId: caller.accountId, region });
  // By type, as whoever may not ask for one may well ask for the others.
  const existing = Object.entries(Object.groupBy(names, ({ type }) => type)).map(
    ([type, named = []]) =>
      attempt(`which ${type} are there already`, () => findExisting(clients, named)),
  );
  const [iot, stack, bus, concurrencyLimit, tableCount, topicRules, caEvents, denied] =
    await Promise.all([
      readIotEndpoint(clients),
      attempt("the stack", () => readStack(clients, stackName)),
      attempt("the event bus", () => readEventBus(clients, template)),
      attempt("the limit of Lambda", () => readConcurrencyLimit(clients)),
      attempt("the number of tables", () => countTables(clients)),
      attempt("topic rules", () => listTopicRules(clients)),
      attempt("event configurations", () => readCaEvents(clients)),
      attempt("permissions", () => simulate(clients, caller.principal)),
    ]);
  return {
    ...caller,
    region,
    ...iot,
    stack,
    existing: stack && [
      ...(await Promise.all(existing)).flatMap((found) => found ?? []),
      ...findRules(names, topicRules),
    ],
    concurrencyLimit,
    tableCount,
    topicRules,
    eventBus: bus,
    caEventsEnabled: caEvents,
    deniedActions: denied,
    // Where AWS IoT does not answer at all, each of its calls would say so again.
    unread: unread.filter(({ what }) => !(iot.iotUnreachable && /topic rules|event/.test(what))),
  };
}

/** Of a rule that is not there AWS IoT says that one may not see it; the list tells. */
function findRules(names: readonly NamedResource[], rules: readonly TopicRuleSurvey[] = []) {
  const there = new Set(rules.map(({ name }) => name));
  return names.filter(({ type, name }) => type === "AWS::IoT::TopicRule" && there.has(name));
}

async function readIotEndpoint({ iot }: DeployClients) {
  try {
    const { endpointAddress } = await iot.send(
      new DescribeEndpointCommand({ endpointType: "iot:Data-ATS" }),
    );
    return { iotEndpoint: endpointAddress };
  } catch (error) {
    return { iotUnreachable: toReason(error) };
  }
}

const gone: ReadonlySet<string> = new Set(["DELETE_COMPLETE", "DELETE_SKIPPED"]);

async function readStack({ cloudFormation }: DeployClients, name: string) {
  try {
    const { Stacks = [] } = await cloudFormation.send(
      new DescribeStacksCommand({ StackName: name }),
    );
    const status = Stacks[0]?.StackStatus;
    const resources: string[] = [];
    const pages = paginateListStackResources({ client: cloudFormation }, { StackName: name });
    for await (const { StackResourceSummaries = [] } of pages) {
      for (const { LogicalResourceId = "", ResourceStatus = "" } of StackResourceSummaries) {
        if (!gone.has(ResourceStatus)) resources.push(LogicalResourceId);
      }
    }
    return { name, status, resources };
  } catch (error) {
    // CloudFormation has no other name for a stack that does not exist.
    if (
      error instanceof Error &&
      error.name === "ValidationError" &&
      /not exist/.test(error.message)
    ) {
      return { name, resources: [] };
    }
    throw error;
  }
}

async function readConcurrencyLimit({ lambda }: DeployClients): Promise<number | undefined> {
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand());
  return AccountLimit?.ConcurrentExecutions;
}

async function countTables({ dynamodb }: DeployClients): Promise<number> {
  let count = 0;
  for await (const { TableNames = [] } of paginateListTables({ client: dynamodb }, {})) {
    count += TableNames.length;
  }
  return count;
}

async function listTopicRules({ iot }: DeployClients): Promise<readonly TopicRuleSurvey[]> {
  const found: TopicRuleSurvey[] = [];
  for await (const { rules = [] } of paginateListTopicRules({ client: iot }, {})) {
    for (const { ruleName = "", topicPattern = "", ruleDisabled = false } of rules) {
      found.push({ name: ruleName, topicPattern, disabled: ruleDisabled });
    }
  }
  return found;
}

/** @returns undefined where the stage has a bus of its own. */
async function readEventBus(
  { eventBridge }: DeployClients,
  { Mappings }: Template,
): Promise<EventBusSurvey | undefined> {
  const name = Mappings?.["Events"]?.["Bus"]?.["Name"];
  if (name === undefined || name === "none") return undefined;
  try {
    await eventBridge.send(new DescribeEventBusCommand({ Name: name }));
    return { name, isThere: true };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") throw error;
    return { name, isThere: false };
  }
}

async function readCaEvents({ iot }: DeployClients): Promise<boolean> {
  const { eventConfigurations } = await iot.send(new DescribeEventConfigurationsCommand());
  return eventConfigurations?.CA_CERTIFICATE?.Enabled === true;
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
async function simulate({ iam }: DeployClients, principal: string): Promise<readonly string[]> {
  // The root of an account may do everything, and IAM does not simulate it.
  if (principal.endsWith(":root")) return [];
  const role = toRoleName(principal);
  // An ARN of a session leaves out the path of its role.
  const source = role
    ? (await iam.send(new GetRoleCommand({ RoleName: role }))).Role?.Arn
    : principal;
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({ PolicySourceArn: source, ActionNames: neededActions }),
  );
  return EvaluationResults.filter(({ EvalDecision }) => EvalDecision !== "allowed").map(
    ({ EvalActionName = "" }) => EvalActionName,
  );
}

/** @returns of whose session a principal is. */
function toRoleName(principal: string): string | undefined {
  return /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\//.exec(principal)?.[1];
}

function toReason(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
