import {
  CreateChangeSetCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  type ResourceToImport,
  waitUntilChangeSetCreateComplete,
  waitUntilStackImportComplete,
} from "@aws-sdk/client-cloudformation";
import type { DeployClients } from "./aws-clients.ts";
import type { NamedResource, Template, TemplateResource } from "./template-names.ts";

interface Adoption {
  readonly stackName: string;
  /** Whether there is a stack of that name. */
  readonly hasStack: boolean;
  /** Of tables and the bucket, all retained. */
  readonly leftovers: readonly NamedResource[];
  readonly template: Template;
}

const maxWaitTime = 600;

/**
 * Makes tables and the bucket that an earlier deployment left part of the stack, with what is in them.
 *
 * CloudFormation imports them as they are; the deployment that follows brings them up to date.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import.html
 */
export async function adoptLeftovers(
  { cloudFormation }: DeployClients,
  { stackName, hasStack, leftovers, template }: Adoption,
): Promise<void> {
  const current = hasStack ? await readTemplate({ cloudFormation }, stackName) : { Resources: {} };
  const ChangeSetName = "muster-adopt";
  await cloudFormation.send(
    new CreateChangeSetCommand({
      StackName: stackName,
      ChangeSetName,
      ChangeSetType: "IMPORT",
      TemplateBody: JSON.stringify(toImportTemplate(current, leftovers, template)),
      ResourcesToImport: leftovers.map(toImport),
      Capabilities: ["CAPABILITY_NAMED_IAM"],
    }),
  );
  const waiter = { client: cloudFormation, maxWaitTime, minDelay: 1 };
  await waitUntilChangeSetCreateComplete(waiter, { StackName: stackName, ChangeSetName });
  await cloudFormation.send(new ExecuteChangeSetCommand({ StackName: stackName, ChangeSetName }));
  await waitUntilStackImportComplete(waiter, { StackName: stackName });
}

async function readTemplate(
  { cloudFormation }: Pick<DeployClients, "cloudFormation">,
  StackName: string,
): Promise<Template> {
  const { TemplateBody = "{}" } = await cloudFormation.send(new GetTemplateCommand({ StackName }));
  return JSON.parse(TemplateBody) as Template;
}

/** Adds what is imported to a stack's template, without what refers to resources that are not there yet. */
export function toImportTemplate(
  current: Template,
  leftovers: readonly NamedResource[],
  template: Template,
): Template {
  const imported = leftovers.flatMap(({ logicalId }): [string, TemplateResource][] => {
    const { Type, Properties, DeletionPolicy } = template.Resources[logicalId] ?? {};
    if (Type === undefined) return [];
    const { NotificationConfiguration: _, ...alone } = Properties ?? {};
    return [[logicalId, { Type, Properties: alone, ...(DeletionPolicy && { DeletionPolicy }) }]];
  });
  return { ...current, Resources: { ...current.Resources, ...Object.fromEntries(imported) } };
}

function toImport({ logicalId, type, property, name }: NamedResource): ResourceToImport {
  return {
    LogicalResourceId: logicalId,
    ResourceType: type,
    ResourceIdentifier: { [property]: name },
  };
}
