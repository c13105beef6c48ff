import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageService } from "../../scripts/package.ts";
import { runOsls } from "../../scripts/run-osls.ts";
import type { Clients } from "./clients/create-clients.ts";
import type { Target } from "./targets/target.ts";

/** Deploys and removes stages, as the guide does. */
export interface Deployer {
  /** @param parameters as `manifestDays=400`. */
  readonly deploy: (stage: string, parameters?: readonly string[]) => Promise<Deployed>;
  readonly remove: (stage: string) => Promise<void>;
}

export interface Deployed {
  readonly stage: string;
  /** Logical names in the packaged template. */
  readonly resources: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
}

interface Stacks {
  readonly Stacks: readonly {
    readonly Outputs: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
  }[];
}

/** @param folder for what is packaged. */
export function createDeployer(target: Target, { aws, run }: Clients, folder: string): Deployer {
  let packages = 0;
  /** The template as it was packaged is looked at before anything changes it. */
  const packageAnew = async (options: readonly string[]) => {
    packages += 1;
    const service = join(folder, `service-${packages}`);
    await packageService(service, options);
    const artifact = join(service, ".serverless");
    const resources = readResources(artifact);
    target.adapt?.(artifact);
    return { service, resources };
  };
  return {
    deploy: async (stage, parameters = []) => {
      const where = ["--stage", stage, "--region", target.region];
      const options = [...where, ...parameters.flatMap((parameter) => ["--param", parameter])];
      const { service, resources } = await packageAnew(options);
      if (target.name === "aws") {
        await run(process.execPath, ["scripts/deploy.ts", ...options, "--yes"]);
      } else {
        const words = ["deploy", "--package", ".serverless", ...options];
        await runOsls({ service, words, env: target.env });
      }
      return { stage, resources, outputs: await readOutputs(aws, stage) };
    },
    remove: async (stage) => {
      const service = join(folder, "removal");
      cpSync("serverless.yml", join(service, "serverless.yml"));
      if (existsSync("infrastructure")) {
        cpSync("infrastructure", join(service, "infrastructure"), { recursive: true });
      }
      const words = ["remove", "--stage", stage, "--region", target.region];
      await runOsls({ service, words, env: target.env });
    },
  };
}

async function readOutputs(aws: Clients["aws"], stage: string): Promise<Deployed["outputs"]> {
  const words = ["cloudformation", "describe-stacks", "--stack-name", toStack(stage)];
  const { Stacks } = await aws<Stacks>(...words);
  return Object.fromEntries(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
}

export function toStack(stage: string): string {
  return `muster-${stage}`;
}

interface Template {
  readonly Conditions?: object;
  readonly Resources: Readonly<Record<string, { readonly Condition?: string }>>;
}

/** What is always there; a resource with a condition may not be. */
function readResources(artifact: string): readonly string[] {
  const file = join(artifact, "cloudformation-template-update-stack.json");
  const { Resources } = JSON.parse(readFileSync(file, "utf8")) as Template;
  return Object.keys(Resources).filter((name) => Resources[name]?.Condition === undefined);
}
