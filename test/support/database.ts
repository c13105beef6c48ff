import { type Dynoxide, startDynoxide } from "../../src/local/start-dynoxide.ts";

/**
 * A DynamoDB-compatible server in memory; an end of its own shows in the calls that fail. Where
 * MUSTER_DYNAMODB_ENDPOINT names one that runs, it is that: DynamoDB Local has a database for
 * each access key.
 */
export async function startDatabase(): Promise<Dynoxide> {
  const url = process.env["MUSTER_DYNAMODB_ENDPOINT"];
  if (url !== undefined) return { url, close: async () => {} };
  return startDynoxide({ port: 0, databaseFile: ":memory:", onExit: () => {} });
}
