/** A CloudFormation template, as far as it is looked at here. */
export interface Template {
  readonly Mappings?: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>
  >;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

/** Where a stack is. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** A resource that the template gives a name. */
export interface NamedResource {
  readonly logicalId: string;
  readonly type: string;
  /** The property that names it. */
  readonly property: string;
  readonly name: string;
  /** It stays when the stack goes. */
  readonly isRetained: boolean;
}

/** Which property names a resource, and how long AWS lets the name be. */
export const nameLimits: Readonly<
  Record<string, { readonly property: string; readonly limit: number }>
> = {
  "AWS::ApiGatewayV2::Api": { property: "Name", limit: 128 },
  "AWS::ApiGatewayV2::Authorizer": { property: "Name", limit: 128 },
  "AWS::CloudWatch::Alarm": { property: "AlarmName", limit: 255 },
  "AWS::CloudWatch::Dashboard": { property: "DashboardName", limit: 255 },
  "AWS::DynamoDB::Table": { property: "TableName", limit: 255 },
  "AWS::Events::EventBus": { property: "Name", limit: 256 },
  "AWS::Events::Rule": { property: "Name", limit: 64 },
  "AWS::IAM::Role": { property: "RoleName", limit: 64 },
  "AWS::IoT::TopicRule": { property: "RuleName", limit: 128 },
  "AWS::Lambda::Function": { property: "FunctionName", limit: 64 },
  "AWS::Logs::LogGroup": { property: "LogGroupName", limit: 512 },
  "AWS::Pipes::Pipe": { property: "Name", limit: 64 },
  "AWS::S3::Bucket": { property: "BucketName", limit: 63 },
  "AWS::SNS::Topic": { property: "TopicName", limit: 256 },
  "AWS::SQS::Queue": { property: "QueueName", limit: 80 },
};

/** Lists what a template names, with the names as they come out in an account and region. */
export function listNames(template: Template, place: Place): readonly NamedResource[] {
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    const property = nameLimits[resource.Type]?.property;
    const value = property === undefined ? undefined : resource.Properties?.[property];
    if (property === undefined || value === undefined) return [];
    const name = resolve(value, place);
    const isRetained = resource.DeletionPolicy === "Retain";
    return [{ logicalId, type: resource.Type, property, name, isRetained }];
  });
}

/**
 * Works out the functions that names are made with; nothing that refers to other resources.
 *
 * @throws Error for what a name is not made with.
 */
function resolve(value: unknown, place: Place): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null) {
    if ("Fn::Sub" in value) return resolveSub(value["Fn::Sub"], place);
    if ("Fn::Join" in value && Array.isArray(value["Fn::Join"])) {
      const [separator, parts] = value["Fn::Join"] as [string, unknown];
      return resolveList(parts, place).join(separator);
    }
  }
  throw new Error(`A name is made in a way that is not known here: ${JSON.stringify(value)}`);
}

function resolveSub(sub: unknown, place: Place): string {
  const [text, variables] = (Array.isArray(sub) ? sub : [sub, {}]) as [
    string,
    Readonly<Record<string, unknown>>,
  ];
  const own: Readonly<Record<string, string>> = {
    "AWS::AccountId": place.accountId,
    "AWS::Region": place.region,
    "AWS::Partition": "aws",
  };
  return text.replace(
    /\$\{([^}]+)\}/g,
    (_, name: string) => own[name] ?? resolve(variables[name], place),
  );
}

function resolveList(value: unknown, place: Place): readonly string[] {
  if (Array.isArray(value)) return value.map((each) => resolve(each, place));
  if (typeof value === "object" && value !== null && "Fn::Split" in value) {
    const [separator, text] = value["Fn::Split"] as [string, unknown];
    return resolve(text, place).split(separator);
  }
  throw new Error(`A name is made of a list that is not known here: ${JSON.stringify(value)}`);
}
