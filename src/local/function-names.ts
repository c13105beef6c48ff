/** The functions that the local cloud runs: each a file in `functions/` and a log of its own. */
export const functionNames = ["onboard", "heal", "authorize", "api", "ingest"] as const;
export type FunctionName = (typeof functionNames)[number];
