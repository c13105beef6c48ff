/**
 * What a role is asked for, where it is not the action of the command's own name.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
const askedFor: Readonly<Record<string, readonly string[]>> = {
  // Of what is not there, S3 says so only to whoever may list.
  "s3/HeadObject": ["s3:GetObject", "s3:ListBucket"],
  "s3/CreateMultipartUpload": ["s3:PutObject"],
  "s3/UploadPart": ["s3:PutObject"],
  "s3/CompleteMultipartUpload": ["s3:PutObject"],
  // What its writes ask for: they are observed.
  "dynamodb/TransactWriteItems": [],
};

/** Commands that come with the SDK's clients and that nobody of Muster sends. */
const ofTheSdk: ReadonlySet<string> = new Set([
  "dynamodb/DescribeEndpoints", // Finds endpoints, where a client is told to.
  "s3/CreateSession", // For directory buckets.
]);

/** The writes of transactions. */
export const writes: ReadonlySet<string> = new Set([
  "dynamodb:ConditionCheckItem",
  "dynamodb:DeleteItem",
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
]);

interface FunctionCalls {
  /** In the bundle, as it is shared with others, but not called: each with the reason. */
  readonly notCalled: Readonly<Record<string, string>>;
  /** What AWS itself does with the role: each with the reason. */
  readonly forAws: Readonly<Record<string, string>>;
}

const log = {
  "logs:CreateLogStream": "Lambda writes the log",
  "logs:PutLogEvents": "Lambda writes the log",
};
const fromQueue = {
  "sqs:ReceiveMessage": "Lambda takes messages from the queue",
  "sqs:DeleteMessage": "Lambda takes off what was settled",
};

/** Of each function what its bundle cannot say. */
export const callTable: Readonly<Record<string, FunctionCalls>> = {
  onboard: {
    notCalled: {
      "iot/RegisterCertificateWithoutCA": "what connects is registered by AWS IoT",
    },
    forAws: {
      ...log,
      ...fromQueue,
      "sqs:GetQueueAttributes": "Lambda asks how many messages wait",
      "sqs:SendMessage": "Lambda sends what failed for good to the dead-letter queue",
    },
  },
  heal: {
    notCalled: {},
    forAws: {
      ...log,
      "sqs:SendMessage": "Lambda sends what failed for good to the dead-letter queue",
    },
  },
  ingest: { notCalled: {}, forAws: { ...log, ...fromQueue } },
  api: {
    notCalled: {
      "dynamodb/Scan":
        "all chains are verified by the command line, with the operator's own rights",
      "iot/RegisterCertificateWithoutCA": "the ingest function registers ahead",
      "s3/DeleteObject": "the ingest function deletes what is refused",
      "sqs/ChangeMessageVisibility": "the ingest function puts off messages",
    },
    forAws: log,
  },
  authorize: { notCalled: {}, forAws: log },
  publish: {
    notCalled: {},
    forAws: {
      ...log,
      "dynamodb:DescribeStream": "Lambda reads the stream",
      "dynamodb:GetRecords": "Lambda reads the stream",
      "dynamodb:GetShardIterator": "Lambda reads the stream",
      "dynamodb:ListStreams": "Lambda looks for the stream",
    },
  },
};

/** @param command as `client-iot/UpdateCertificateCommand`. */
export function toCommandName(command: string): string {
  return command.replace(/^client-/, "").replace(/Command$/, "");
}

/** @returns the actions that a role needs for some commands, without those of the SDK's own. */
export function toActions(commands: readonly string[]): readonly string[] {
  const actions = commands
    .filter((command) => !ofTheSdk.has(command))
    .flatMap((command) => askedFor[command] ?? [toAction(command)]);
  return [...new Set(actions)].toSorted();
}

function toAction(command: string): string {
  const [service = "", name = ""] = command.split("/");
  return `${service === "eventbridge" ? "events" : service}:${name}`;
}
