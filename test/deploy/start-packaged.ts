import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { toLambdaEnvironment } from "../runtime-api/lambda-environment.ts";
import { prepareRuntime } from "../runtime-api/prepare-runtime.ts";
import { type Lambda, startLambda } from "../runtime-api/start-lambda.ts";
import type { Packaged } from "./read-artifact.ts";
import { readZip } from "./read-zip.ts";

export interface PackagedOptions {
  readonly packaged: Packaged;
  /** The functions' packages, runtime and temporary files go there. */
  readonly folder: string;
  readonly region: string;
  readonly accountId: string;
  /** What the template's references stand for, by logical id. */
  readonly references: Readonly<Record<string, string>>;
  /** Which of the template's conditions hold. */
  readonly conditions?: Readonly<Record<string, boolean>>;
  /** Where AWS's services are on this machine. */
  readonly surroundings: Readonly<Record<string, string>>;
  /** Where they are for single functions. */
  readonly surroundingsOf?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Folders that stand for services and so may be written to; everywhere unless given. */
  readonly writable?: readonly string[];
}

/** The functions of a packaged template, by the names of their zips. */
export interface PackagedFunctions {
  readonly functions: Readonly<Record<string, Lambda>>;
  readonly close: () => Promise<void>;
}

interface FunctionProperties {
  readonly FunctionName: string;
  readonly Handler: string;
  readonly MemorySize: number;
  /** Seconds. */
  readonly Timeout: number;
  readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> };
}

/**
 * Unpacks each zip of a packaged template and readies it to be started as Lambda does: with handler,
 * memory, timeout and variables as in the template.
 */
export async function startPackaged(options: PackagedOptions): Promise<PackagedFunctions> {
  const { packaged, folder, region, accountId, surroundings, surroundingsOf, writable } = options;
  const runtime = await prepareRuntime(join(folder, "runtime"));
  const functions: Record<string, Lambda> = {};
  for (const [name, zip] of Object.entries(packaged.zips)) {
    const properties = readFunction(packaged, name);
    const taskRoot = join(folder, name, "task");
    const temporaryFolder = join(folder, name, "tmp");
    await unpack(zip, taskRoot);
    await mkdir(temporaryFolder, { recursive: true });
    functions[name] = startLambda({
      runtime,
      taskRoot,
      memorySize: properties.MemorySize,
      timeoutMs: properties.Timeout * 1_000,
      functionArn: `arn:aws:lambda:${region}:${accountId}:function:${properties.FunctionName}`,
      environment: toLambdaEnvironment({
        name: properties.FunctionName,
        handler: properties.Handler,
        memorySize: properties.MemorySize,
        region,
        taskRoot,
        temporaryFolder,
        variables: { ...resolve(properties, options), ...surroundings, ...surroundingsOf?.[name] },
      }),
      ...(writable && { writable: [temporaryFolder, ...writable] }),
    });
  }
  return {
    functions,
    close: async () => {
      await Promise.all(Object.values(functions).map((each) => each.kill()));
    },
  };
}

function readFunction({ resources }: Packaged, name: string): FunctionProperties {
  const id = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}LambdaFunction`;
  const found = resources[id];
  if (found === undefined) throw new Error(`The template has no ${id}.`);
  return found.Properties as unknown as FunctionProperties;
}

/** @throws Error of a variable that refers to what nobody said anything of. */
function resolve(
  { Environment, FunctionName }: FunctionProperties,
  { references, conditions = {} }: Pick<PackagedOptions, "references" | "conditions">,
): Readonly<Record<string, string>> {
  const toText = (name: string, value: unknown): string => {
    if (typeof value === "string") return value;
    const { Ref = "", "Fn::If": choice } = value as {
      readonly Ref?: string;
      readonly "Fn::If"?: readonly [condition: string, whenTrue: unknown, whenFalse: unknown];
    };
    const holds = conditions[choice?.[0] ?? ""];
    if (holds !== undefined) return toText(name, choice?.[holds ? 1 : 2]);
    const text = references[Ref];
    if (text !== undefined) return text;
    throw new Error(`${name} of ${FunctionName} is ${JSON.stringify(value)}: what is that here?`);
  };
  const variables = Object.entries(Environment?.Variables ?? {});
  return Object.fromEntries(variables.map(([name, value]) => [name, toText(name, value)]));
}

/** As Lambda has it: nobody may write. */
async function unpack(zip: Buffer, taskRoot: string): Promise<void> {
  for (const [name, content] of readZip(zip)) {
    const file = join(taskRoot, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode: 0o444 });
  }
}
