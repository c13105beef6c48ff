import { type Dynoxide, startDynoxide } from "../../src/local/start-dynoxide.ts";

/** A DynamoDB-compatible server in memory; an end of its own shows in the calls that fail. */
export function startDatabase(): Promise<Dynoxide> {
  return startDynoxide({ port: 0, databaseFile: ":memory:", onExit: () => {} });
}
