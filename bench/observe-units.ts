import type { AwsClients } from "../src/aws/create-clients.ts";

/** What calls were made of, as they are billed. */
export interface Units {
  /** Of DynamoDB, indexes included. */
  writes: number;
  reads: number;
  /** Of AWS IoT, by name. */
  readonly iot: Map<string, number>;
}

interface Consumed {
  readonly CapacityUnits?: number;
}

const writing = /^(Put|Update|Delete|TransactWrite|BatchWrite)/;
const asking = { ReturnConsumedCapacity: "INDEXES" };

/** Has DynamoDB say what each call takes, and adds it up. */
export function observeUnits({ dynamodb, iot }: Pick<AwsClients, "dynamodb" | "iot">): Units {
  const units: Units = { writes: 0, reads: 0, iot: new Map() };
  dynamodb.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const answer = await next({
          ...args,
          input: { ...args.input, ...asking } as typeof args.input,
        });
        const sum = toUnits((answer.output as { ConsumedCapacity?: unknown }).ConsumedCapacity);
        units[writing.test(commandName) ? "writes" : "reads"] += sum;
        return answer;
      },
    { step: "initialize" },
  );
  iot.middlewareStack.add(
    (next, { commandName = "" }) =>
      (args) => {
        const name = commandName.replace(/Command$/, "");
        units.iot.set(name, (units.iot.get(name) ?? 0) + 1);
        return next(args);
      },
    { step: "initialize" },
  );
  return units;
}

function toUnits(consumed: unknown): number {
  const each = [consumed ?? []].flat() as readonly Consumed[];
  return each.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}
