import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { checkPrograms } from "./find-programs.ts";
import { runScenario } from "./run.ts";
import { findAccount } from "./targets/find-account.ts";

/** `npm run test:aws -- --stage <stage> --region <region>`: the same scenario in a real account. */
const usage = `usage: npm run test:aws -- --stage <stage> --region <region> [--yes]

Deploys the stages <stage> and <stage>-b to the account that your AWS credentials are of, registers
throw-away CAs, connects some devices with mosquitto, and takes away what it made.
`;

const warning = (stage: string, region: string) =>
  `This deploys the stages ${stage} and ${stage}-b to ${region}, of your account. For half an hour it has
four CAs, some fifteen things and certificates, and whatever a stage has; then all of it is taken away,
the tables of these stages too. It makes some thousands of requests, and costs well under a dollar.
`;

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      stage: { type: "string" },
      region: { type: "string" },
      yes: { type: "boolean", default: false },
    },
  });
  const { stage, region, yes } = values;
  if (stage === undefined || region === undefined) throw new Error(usage);
  checkPrograms(["aws", "curl", "mosquitto_pub", "mosquitto_sub"]);
  process.stderr.write(warning(stage, region));
  if (!yes && !(await isWanted())) return false;
  return runScenario(async () => findAccount(region), [stage, `${stage}-b`]);
}

async function isWanted(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error("Nobody can be asked here: say --yes.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question("Go on? (yes/no) ")).trim() === "yes";
  } finally {
    terminal.close();
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
