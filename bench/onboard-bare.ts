import { QueryCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateThingCommand,
  DescribeCertificateCommand,
  UpdateCertificateCommand,
} from "@aws-sdk/client-iot";
import type { AwsClients } from "../src/aws/create-clients.ts";
import type { Leaf } from "../src/local/sample-pki.ts";

interface BareNames {
  readonly ledgerTable: string;
  readonly auditTable: string;
  readonly policyName: string;
}

/** The calls that letting a device in takes, and nothing else: no facts, no decision, no checks. */
export async function onboardBare(
  { iot, dynamodb }: AwsClients,
  { ledgerTable, auditTable, policyName }: BareNames,
  { certificateId, subject }: Leaf,
): Promise<void> {
  const pk = { S: `BARE#${certificateId}` };
  const put = (TableName: string, sk: string) => ({
    Put: {
      TableName,
      Item: { pk, sk: { S: sk }, certificateId: { S: certificateId } },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  });
  const thingName = subject.replace(/^CN=/, "");
  await dynamodb.send(
    new QueryCommand({
      TableName: ledgerTable,
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: `CERT#${certificateId}` } },
    }),
  );
  const [{ certificateDescription }] = await Promise.all([
    iot.send(new DescribeCertificateCommand({ certificateId })),
    dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: ["STATE", "THING", "KEY"].map((sk) => put(ledgerTable, sk)),
      }),
    ),
  ]);
  const target = certificateDescription?.certificateArn ?? "";
  await iot.send(
    new CreateThingCommand({ thingName, attributePayload: { attributes: { certificateId } } }),
  );
  await Promise.all([
    iot.send(new AttachThingPrincipalCommand({ thingName, principal: target })),
    iot.send(new AttachPolicyCommand({ policyName, target })),
  ]);
  await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: "ACTIVE" }));
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: [put(ledgerTable, "ADMITTED"), put(auditTable, "0000000001")],
    }),
  );
}
