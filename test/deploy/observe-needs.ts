import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { AwsClients } from "../../src/aws/create-clients.ts";
import type { Need } from "./read-rights.ts";

type Key = Readonly<Record<string, AttributeValue>>;

interface DynamoInput {
  readonly TableName?: string;
  readonly Item?: Key;
  readonly Key?: Key;
  readonly IndexName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, Write>>[];
}

interface Write {
  readonly TableName: string;
  readonly Item?: Key;
  readonly Key?: Key;
}

const tables: Readonly<Record<string, string>> = {
  ledger: "LedgerTable.Arn",
  audit: "AuditTable.Arn",
};

/** Notes what AWS would ask of a role for each call that the clients make. */
export function observeNeeds({ iot, yieldingIot, dynamodb }: AwsClients): readonly Need[] {
  const needs: Need[] = [];
  for (const { middlewareStack } of [iot, yieldingIot]) {
    middlewareStack.add(
      (next, { commandName = "" }) =>
        (args) => {
          needs.push({ action: `iot:${commandName.replace(/Command$/, "")}` });
          return next(args);
        },
      { step: "initialize" },
    );
  }
  dynamodb.middlewareStack.add(
    (next, { commandName = "" }) =>
      (args) => {
        const action = commandName.replace(/Command$/, "");
        needs.push(...toNeeds(action, args.input as DynamoInput));
        return next(args);
      },
    { step: "initialize" },
  );
  return needs;
}

/** A transaction needs the rights of the writes that it is made of. */
function toNeeds(action: string, input: DynamoInput): readonly Need[] {
  if (input.TransactItems) {
    return input.TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName, Item, Key }]) => ({
        action: `dynamodb:${kind === "ConditionCheck" ? "ConditionCheckItem" : `${kind}Item`}`,
        resource: tables[TableName] ?? TableName,
        pk: (Item ?? Key)?.["pk"]?.S ?? "",
      })),
    );
  }
  const names = input.RequestItems ? Object.keys(input.RequestItems) : [input.TableName ?? ""];
  const pk = (input.Item ?? input.Key)?.["pk"]?.S;
  return names.map((name) => ({
    action: `dynamodb:${action}`,
    resource: toResource(name, input.IndexName),
    ...(pk !== undefined && { pk }),
  }));
}

function toResource(table: string, index: string | undefined): string {
  const arn = tables[table] ?? table;
  return index === undefined ? arn : `\${${arn}}/index/${index}`;
}
