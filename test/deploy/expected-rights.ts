const onCertificates = "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:cert/*";
const onThings = "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:thing/*";
const onGroups = "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:thinggroup/*";
const onPolicies =
  "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:policy/muster-test-*";
const onTypes = "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:thingtype/*";
const onCas = "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:cacert/*";
/** The stage's own bus, or the one that is named. */
const onBus = JSON.stringify({
  "Fn::If": [
    "OwnsEventBus",
    { "Fn::GetAtt": ["EventBus", "Arn"] },
    {
      "Fn::Sub": [
        "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${Name}",
        { Name: { "Fn::FindInMap": ["Events", "Bus", "Name"] } },
      ],
    },
  ],
});
const onProfiles = [onPolicies, onGroups, onTypes];
const whereKeyIs = (...keys: readonly string[]) =>
  ` where ${JSON.stringify({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } })}`;
const settling = {
  "dynamodb:GetItem": ["LedgerTable.Arn"],
  "dynamodb:BatchGetItem": ["LedgerTable.Arn"],
  "iot:DescribeCertificate": [onCertificates],
  "iot:UpdateCertificate": [onCertificates],
  "iot:AttachPolicy": [onCertificates],
  "iot:DetachPolicy": [onCertificates],
  "iot:CreateThing": [onThings],
  "iot:DescribeThing": [onThings],
  "iot:UpdateThing": [onThings],
  "iot:AttachThingPrincipal": [onCertificates, onThings],
  "iot:DetachThingPrincipal": [onCertificates, onThings],
  "iot:AddThingToThingGroup": [onThings, onGroups],
  "iot:RemoveThingFromThingGroup": [onThings, onGroups],
};
const ofBothFunctions = {
  ...settling,
  "dynamodb:Query": ["LedgerTable.Arn"],
  "dynamodb:PutItem": [
    `AuditTable.Arn${whereKeyIs("CERT#*")}`,
    `LedgerTable.Arn${whereKeyIs("CERT#*", "THING#*", "KEY#*")}`,
  ],
  "dynamodb:DeleteItem": [`LedgerTable.Arn${whereKeyIs("THING#*")}`],
  "sqs:SendMessage": ["FailedInvocationsQueue.Arn"],
};
const onLedger = [
  "LedgerTable.Arn",
  "${LedgerTable.Arn}/index/listing",
  "${LedgerTable.Arn}/index/batch",
];
const writtenByIngest = whereKeyIs("BATCH#*", "CERT#*", "THING#*", "KEY#*", "LANE#*");
const kept = ["BATCH#*", "CA#*", "CERT#*", "MANUFACTURER#*", "PROFILE#*", "TOKEN#*"];
const beside = ["ISSUER#*", "KEY#*", "REQUEST#TOKEN#*", "SECRET#*", "THING#*"];
const writtenByApi = whereKeyIs(...[...kept, ...beside].sort());
const recordedByApi = whereKeyIs(...kept);
const deletedByApi = whereKeyIs("CERT#*", "ISSUER#*", "SECRET#*", "THING#*");
/**
 * Actions that are of the account as a whole, so that a role can only have them on everything.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_iot.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export const ofTheAccount: Readonly<Record<string, string>> = {
  "iot:GetRegistrationCode": "the code is the account's; the reference names no resource",
  "iot:ListCACertificates": "which CAs there are; the reference names no resource",
  "iot:RegisterCACertificate": "the CA is not there yet; the reference names no resource",
  "iot:RegisterCertificateWithoutCA":
    "the certificate is not there yet; the reference names no resource",
  "dynamodb:ListStreams": "which streams there are; asked by Lambda, which names none",
};
/** What each role may do, and to what; nothing else. */
export const rights = {
  OnboardRole: {
    ...ofBothFunctions,
    "sqs:ReceiveMessage": ["RegistrationsQueue.Arn"],
    "sqs:DeleteMessage": ["RegistrationsQueue.Arn"],
    "sqs:GetQueueAttributes": ["RegistrationsQueue.Arn"],
    "logs:CreateLogStream": ["OnboardLogGroup.Arn"],
    "logs:PutLogEvents": ["OnboardLogGroup.Arn"],
  },
  HealRole: {
    ...ofBothFunctions,
    "dynamodb:Query": ["LedgerTable.Arn", "${LedgerTable.Arn}/index/listing"],
    "iot:RegisterCertificateWithoutCA": ["*"],
    "logs:CreateLogStream": ["HealLogGroup.Arn"],
    "logs:PutLogEvents": ["HealLogGroup.Arn"],
  },
  IngestRole: {
    ...settling,
    "dynamodb:Query": onLedger,
    "dynamodb:PutItem": [
      `AuditTable.Arn${whereKeyIs("BATCH#*", "CERT#*")}`,
      `LedgerTable.Arn${writtenByIngest}`,
    ],
    "dynamodb:ConditionCheckItem": [`LedgerTable.Arn${whereKeyIs("BATCH#*")}`],
    "dynamodb:UpdateItem": [
      `LedgerTable.Arn${whereKeyIs("BATCH#*")}`,
      `LedgerTable.Arn${whereKeyIs("DEVICE#*")}`,
    ],
    "dynamodb:DeleteItem": [`LedgerTable.Arn${whereKeyIs("THING#*")}`],
    "s3:GetObject": ["${Bucket.Arn}/*"],
    "s3:PutObject": ["${Bucket.Arn}/*"],
    "s3:DeleteObject": ["${Bucket.Arn}/*"],
    "s3:AbortMultipartUpload": ["${Bucket.Arn}/*"],
    "s3:ListBucket": ["Bucket.Arn"],
    "sqs:ReceiveMessage": ["IngestQueue.Arn"],
    "sqs:DeleteMessage": ["IngestQueue.Arn"],
    "iot:RegisterCertificateWithoutCA": ["*"],
    "sqs:GetQueueAttributes": ["IngestQueue.Arn", "RegistrationsQueue.Arn"],
    "sqs:ChangeMessageVisibility": ["IngestQueue.Arn"],
    "sqs:SendMessage": ["IngestQueue.Arn"],
    "logs:CreateLogStream": ["IngestLogGroup.Arn"],
    "logs:PutLogEvents": ["IngestLogGroup.Arn"],
  },
  ApiRole: {
    ...settling,
    "dynamodb:DescribeTable": ["LedgerTable.Arn"],
    "dynamodb:Query": [...onLedger, "AuditTable.Arn"],
    "dynamodb:PutItem": [`AuditTable.Arn${recordedByApi}`, `LedgerTable.Arn${writtenByApi}`],
    "dynamodb:UpdateItem": [`LedgerTable.Arn${whereKeyIs("BATCH#*")}`],
    "dynamodb:DeleteItem": [`LedgerTable.Arn${deletedByApi}`],
    "iot:AttachPolicy": [onCertificates, ...onProfiles],
    "iot:DetachPolicy": [onCertificates, ...onProfiles],
    "iot:CreatePolicy": onProfiles,
    "iot:CreateThingGroup": onProfiles,
    "iot:CreateThingType": onProfiles,
    "iot:DescribeThingGroup": onProfiles,
    "iot:ListAttachedPolicies": onProfiles,
    "iot:DescribeCACertificate": [onCas],
    "iot:UpdateCACertificate": [onCas],
    "iot:ListTagsForResource": [onCas],
    "iot:TagResource": [onCas],
    "iot:GetRegistrationCode": ["*"],
    "iot:ListCACertificates": ["*"],
    "iot:RegisterCACertificate": ["*"],
    "s3:PutObject": ["${Bucket.Arn}/*/manifest", "${Bucket.Arn}/*/report.*"],
    "s3:AbortMultipartUpload": ["${Bucket.Arn}/*/report.*"],
    "s3:GetObject": ["${Bucket.Arn}/*/report.*", "${Bucket.Arn}/*/rows/*"],
    "s3:ListBucket": ["Bucket.Arn"],
    "sqs:SendMessage": ["IngestQueue.Arn"],
    "logs:CreateLogStream": ["ApiLogGroup.Arn"],
    "logs:PutLogEvents": ["ApiLogGroup.Arn"],
  },
  AuthorizeRole: {
    "dynamodb:GetItem": [`LedgerTable.Arn${whereKeyIs("SECRET#*")}`],
    "dynamodb:PutItem": [`LedgerTable.Arn${whereKeyIs("USE#*")}`],
    "logs:CreateLogStream": ["AuthorizeLogGroup.Arn"],
    "logs:PutLogEvents": ["AuthorizeLogGroup.Arn"],
  },
  PublishRole: {
    "dynamodb:DescribeStream": ["AuditTable.StreamArn"],
    "dynamodb:GetRecords": ["AuditTable.StreamArn"],
    "dynamodb:GetShardIterator": ["AuditTable.StreamArn"],
    "dynamodb:ListStreams": ["*"],
    "events:DescribeEventBus": [onBus],
    "events:PutEvents": [onBus],
    "sqs:SendMessage": ["EventsDeadLetterQueue.Arn"],
    "logs:CreateLogStream": ["PublishLogGroup.Arn"],
    "logs:PutLogEvents": ["PublishLogGroup.Arn"],
  },
  RegistrationsRuleRole: {
    "sqs:SendMessage": ["RegistrationsQueue.Arn", "UndeliveredQueue.Arn"],
  },
};
