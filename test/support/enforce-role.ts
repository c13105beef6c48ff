import type { createClients } from "../../src/aws/create-clients.ts";
import { type Access, mayDo } from "./deployed-roles.ts";

interface Item {
  readonly pk?: { readonly S?: string };
}

interface Write {
  readonly TableName: string;
  readonly Key?: Item;
  readonly Item?: Item;
}

interface Input extends Partial<Write> {
  readonly IndexName?: string;
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string }>>;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Item[] }>>;
  readonly TransactItems?: readonly Readonly<Record<string, Write>>[];
}

const tables: Readonly<Record<string, string>> = { ledger: "LedgerTable", audit: "AuditTable" };

/** Has clients refused what a role of serverless.yml does not let them do, as AWS would. */
export function enforceRole(role: string, clients: ReturnType<typeof createClients>): void {
  for (const client of [clients.dynamodb, clients.iot, clients.yieldingIot]) {
    client.middlewareStack.add(
      // biome-ignore lint/suspicious/noExplicitAny: they are of whichever client.
      (next: any, { commandName = "" }: { readonly commandName?: string }): any =>
        (args: { readonly input: Input }) => {
          const accesses = toAccesses(commandName.replace(/Command$/, ""), args.input, client);
          const refused = accesses.find((access) => !mayDo(role, access));
          if (refused) throw new Error(`${role} may not ${JSON.stringify(refused)}`);
          return next(args);
        },
      { step: "initialize" },
    );
  }
}

function toAccesses(name: string, input: Input, client: object): readonly Access[] {
  if (client.constructor.name !== "DynamoDBClient") return [{ action: `iot:${name}` }];
  const { RequestItems, TransactItems } = input;
  if (RequestItems) {
    return Object.entries(RequestItems).flatMap(([TableName, { Keys }]) =>
      Keys.map((Key) => toAccess(name, { TableName, Key })),
    );
  }
  if (TransactItems) {
    return TransactItems.flatMap((each) =>
      Object.entries(each).map(([act, write]) => toAccess(actions[act] ?? act, write)),
    );
  }
  return [toAccess(name, input)];
}

const actions: Readonly<Record<string, string>> = {
  Put: "PutItem",
  Delete: "DeleteItem",
  Update: "UpdateItem",
  ConditionCheck: "ConditionCheckItem",
};

function toAccess(name: string, input: Input): Access {
  const { TableName = "", IndexName, Key, Item } = input;
  const [asked] = Object.values(input.ExpressionAttributeValues ?? {});
  const leadingKey = (Key ?? Item)?.pk?.S ?? asked?.S;
  const table = tables[TableName] ?? TableName;
  return {
    action: `dynamodb:${name}`,
    resource: IndexName === undefined ? `${table}.Arn` : `\${${table}.Arn}/index/${IndexName}`,
    ...(leadingKey !== undefined && { leadingKey }),
  };
}
