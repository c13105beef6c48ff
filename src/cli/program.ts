import { readFileSync } from "node:fs";
import { Command } from "commander";
import { createCli } from "./cli.ts";
import { addAuditCommands } from "./commands/audit.ts";
import { addBatchCommands } from "./commands/batch.ts";
import { addCaCommands } from "./commands/ca.ts";
import { addCertCommands } from "./commands/cert.ts";
import { addDemoCommand } from "./commands/demo.ts";
import { addEventsCommands } from "./commands/events.ts";
import { addHealCommand } from "./commands/heal.ts";
import { addLedgerCommands } from "./commands/ledger.ts";
import { addLocalCommands } from "./commands/local.ts";
import { addLoginCommands } from "./commands/login.ts";
import { addManifestCommands } from "./commands/manifest.ts";
import { addManufacturerCommands } from "./commands/manufacturer.ts";
import { addMappingCommands } from "./commands/mapping.ts";
import { addProfileCommands } from "./commands/profile.ts";
import { addSampleCommand } from "./commands/sample.ts";
import { addSetupCommand } from "./commands/setup.ts";
import { addSignerCommands } from "./commands/signer.ts";
import { addTokenCommands } from "./commands/token.ts";

const notes = `
Commands go to the local cloud (start it with: npm start), or with --stage to that deployment on
AWS, with the credentials that the AWS SDK finds. The batch commands go to the API instead, with a
token: to the one that --url or MUSTER_URL names, that one is signed in to, or the local cloud's.

Environment:
  MUSTER_STAGE               as --stage
  AWS_REGION                 as --region
  MUSTER_STATE               as --state
  MUSTER_URL                 as --url of the batch commands
  MUSTER_TOKEN               the token for it
  MUSTER_OPERATOR            your name in the audit record; default: your user name on this machine
  MUSTER_MQTT_PORT, MUSTER_IOT_PORT, MUSTER_DYNAMODB_PORT, MUSTER_API_PORT
                             ports of the local cloud; default: 8883, 8884, 8885, 8886
  MUSTER_DYNAMODB_ENDPOINT   a DynamoDB API on this machine for the local cloud, instead of its own
  NO_COLOR                   no colours

Exit codes:
  0    done
  1    failed or refused
  2    the command line is wrong
  3    done in part: some records were refused or failed
  4    waits for somebody: a batch for the operator's approval
  5    stalled: a batch whose work fails again and again, which the operator can mend
  130  interrupted before it was done`;

/** Builds the whole command line. */
export function createProgram({ json }: { readonly json: boolean }): Command {
  const program = new Command("muster");
  program
    .description(
      "The roll-call for an IoT fleet on AWS: only devices that were vouched for get in.",
    )
    .version(readVersion())
    .option("--json", "print JSON for programs")
    .option("--stage <stage>", "a deployment on AWS instead of the local cloud")
    .option("--region <region>", "its AWS region")
    .option("--state <folder>", "the local cloud's folder; default: .muster")
    .configureHelp({ showGlobalOptions: true })
    .helpOption("-h, --help", "explain the command")
    .helpCommand("help [command...]", "explain a command")
    .configureOutput({ writeErr: (text) => json || process.stderr.write(text) })
    .showHelpAfterError("Add --help to see how it is used.")
    .addHelpText("after", notes)
    .exitOverride();
  const cli = createCli(program, json);
  addLocalCommands(cli);
  addDemoCommand(cli);
  addSetupCommand(cli);
  addManufacturerCommands(cli);
  addCaCommands(cli);
  addSignerCommands(cli);
  addTokenCommands(cli);
  addLoginCommands(cli);
  addProfileCommands(cli);
  addLedgerCommands(cli);
  addManifestCommands(cli);
  addSampleCommand(cli);
  addBatchCommands(cli);
  addMappingCommands(cli);
  addCertCommands(cli);
  addHealCommand(cli);
  addAuditCommands(cli);
  addEventsCommands(cli);
  return program;
}

function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
