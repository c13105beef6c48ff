import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { confirm, isCancel } from "@clack/prompts";
import { Command, CommanderError } from "commander";
import { type Deployment, writeDeployment } from "../src/wiring/deployments-file.ts";
import { adoptLeftovers } from "./deploy/adopt-leftovers.ts";
import { checkSettings, type DeploySettings, split } from "./deploy/check-settings.ts";
import { listParameters } from "./deploy/list-parameters.ts";
import { type Finding, preflightCodes, stops } from "./deploy/preflight-codes.ts";
import { readOutputs } from "./deploy/read-outputs.ts";
import { toDeploymentText, toFindingsText } from "./deploy/report.ts";
import { type Preflight, runPreflight } from "./deploy/run-preflight.ts";
import type { Template } from "./deploy/template-names.ts";
import { packageService } from "./package.ts";
import { runOsls } from "./run-osls.ts";

interface Flags {
  readonly stage?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly param: readonly string[];
  readonly tag: readonly string[];
  readonly templates?: string;
  readonly adopt?: boolean;
  readonly check?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

interface Outcome {
  readonly findings: readonly Finding[];
  readonly deployment?: Deployment;
  readonly file?: string;
}

const exitCodes = { failed: 1, usage: 2 } as const;

/** Deploys a stage, once nothing that can be known beforehand is in the way. */
async function deploy(flags: Flags): Promise<Outcome> {
  if (flags.profile) process.env["AWS_PROFILE"] = flags.profile;
  const settings: DeploySettings = {
    stage: flags.stage ?? "",
    region: flags.region ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"] ?? "",
    params: flags.param,
    tags: flags.tag,
  };
  const findings = checkSettings(settings, await listParameters(flags.templates));
  if (stops(findings)) return { findings };
  const service = await mkdtemp(join(tmpdir(), "muster-deploy-"));
  try {
    return await deployFrom(service, settings, flags);
  } finally {
    await rm(service, { recursive: true, force: true });
  }
}

async function deployFrom(
  service: string,
  settings: DeploySettings,
  flags: Flags,
): Promise<Outcome> {
  const { stage, region, params } = settings;
  const options = [
    "--stage",
    stage,
    "--region",
    region,
    ...params.flatMap((each) => ["--param", each]),
  ];
  say(flags, `Packaging ${stage} for ${region} …`);
  await packageService(service, options, flags.templates);
  const template = await readJson<Template>(service, "cloudformation-template-update-stack.json");
  const preflight = await runPreflight(settings, template);
  const { findings } = preflight;
  const standing = flags.adopt ? findings.filter(({ code }) => code !== "LEFT_BEHIND") : findings;
  if (flags.check || stops(standing) || !preflight.clients || !preflight.survey)
    return { findings };
  if (standing.length > 0) say(flags, toFindingsText(standing));
  if (!(await isWanted(flags, preflight.survey))) return { findings };
  if (flags.adopt) await adopt(preflight, flags, template);
  await addTags(service, settings.tags);
  say(flags, `Deploying ${stage} …`);
  await runOsls({
    service,
    words: ["deploy", "--package", ".serverless", ...options],
    env: process.env,
    isShown: !flags.json && process.stderr.isTTY,
  });
  const deployment = await readOutputs(preflight.clients, stage, preflight.survey);
  return { findings, deployment, file: writeDeployment(deployment) };
}

async function adopt({ clients, survey }: Preflight, flags: Flags, template: Template) {
  const { stack, existing = [] } = survey ?? {};
  const leftovers = existing.filter(
    ({ logicalId, isRetained }) => isRetained && !stack?.resources.includes(logicalId),
  );
  if (!clients || leftovers.length === 0) return;
  say(flags, `Taking over ${leftovers.map(({ name }) => name).join(", ")} …`);
  const hasStack = stack?.status !== undefined;
  await adoptLeftovers(clients, {
    stackName: `muster-${flags.stage}`,
    hasStack,
    leftovers,
    template,
  });
}

/** osls takes them from the state file, where those of serverless.yml are. */
async function addTags(service: string, tags: readonly string[]): Promise<void> {
  if (tags.length === 0) return;
  const name = "serverless-state.json";
  const state = await readJson<State>(service, name);
  Object.assign(state.service.provider.stackTags, Object.fromEntries(tags.map(split)));
  await writeFile(join(service, ".serverless", name), JSON.stringify(state));
}

interface State {
  readonly service: { readonly provider: { readonly stackTags: Record<string, string> } };
}

async function readJson<T>(service: string, name: string): Promise<T> {
  return JSON.parse(await readFile(join(service, ".serverless", name), "utf8")) as T;
}

async function isWanted(
  { yes, stage }: Flags,
  { accountId, region, principal }: { accountId: string; region: string; principal: string },
): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) {
    throw new CommanderError(
      exitCodes.usage,
      "deploy.unconfirmed",
      "error: nobody can be asked here: say --yes to deploy, or --check to look only.",
    );
  }
  const message = `Deploy "${stage}" to account ${accountId}, ${region}, as ${principal}?`;
  const answer = await confirm({ message });
  return !isCancel(answer) && answer;
}

function say({ json }: Flags, text: string): void {
  if (!json) console.error(text);
}

function tell(flags: Flags, { findings, deployment, file = "" }: Outcome): void {
  if (flags.json) {
    const told = findings.map((each) => ({ ...each, ...preflightCodes[each.code] }));
    console.log(JSON.stringify({ findings: told, deployment: deployment ?? null }, null, 2));
  } else if (deployment) {
    console.log(toDeploymentText(deployment, file));
  } else {
    if (findings.length > 0) console.log(toFindingsText(findings));
    if (stops(findings)) console.log("Nothing was created or changed.");
    else console.log(flags.check ? "Nothing is in the way." : "Nothing was deployed.");
  }
  if (!deployment && (stops(findings) || !flags.check)) process.exitCode = exitCodes.failed;
}

const collect = (value: string, all: readonly string[]) => [...all, value];

/** Builds the command line of `npm run deploy`. */
export function createProgram(): Command {
  return new Command("deploy")
    .usage("-- --stage <stage> [options]")
    .description(
      "deploy Muster to AWS: package, look for what is in the way, then create or update",
    )
    .option("--stage <stage>", "what the deployment is called")
    .option("--region <region>", "default: AWS_REGION")
    .option("--profile <profile>", "of the AWS configuration; default: AWS_PROFILE")
    .option("--param <name=value>", "a setting of serverless.yml; may be repeated", collect, [])
    .option("--tag <name=value>", "on all that is created; may be repeated", collect, [])
    .option("--templates <folder>", "serverless.yml and infrastructure/ of your own")
    .option("--adopt", "take over tables and a bucket that an earlier deployment left")
    .option("--check", "look for what is in the way, and change nothing")
    .option("--yes", "do not ask")
    .option("--json", "print JSON for programs")
    .allowExcessArguments(false)
    .exitOverride();
}

async function main(): Promise<void> {
  const program = createProgram();
  try {
    program.parse();
    const flags = program.opts<Flags>();
    tell(flags, await deploy(flags));
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return;
      if (error.code === "deploy.unconfirmed") console.error(error.message);
      process.exitCode = exitCodes.usage;
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    if (process.argv.includes("--json")) console.log(JSON.stringify({ error: { message } }));
    else console.error(message);
    process.exitCode = exitCodes.failed;
  }
}

if (import.meta.main) await main();
