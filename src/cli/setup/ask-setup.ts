import { existsSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { isCancel, select, text } from "@clack/prompts";
import { MusterError } from "../../rules/errors.ts";
import { readFile, readOneCertificate } from "../read-files.ts";
import type { SetupFlags, SetupGap, SetupState } from "./setup-plan.ts";

/** Where somebody is asked. */
export interface Terminal {
  readonly input?: Readable;
  readonly output?: Writable;
}

const another = "";

/**
 * Asks for one thing that is missing.
 *
 * @returns flags that say it; undefined when whoever was asked gave up.
 */
export async function askSetup(
  gap: SetupGap,
  { manufacturers }: SetupState,
  terminal: Terminal = {},
): Promise<SetupFlags | undefined> {
  if (gap === "manufacturer") return askManufacturer(manufacturers, terminal);
  const file = await ask(terminal, {
    ...files[gap],
    validate: (given = "") => checkFile(gap, given.trim()),
  });
  return file === undefined ? undefined : { [gap]: file };
}

/** Reads it at once: of a file that is of no use one hears while it can still be named otherwise. */
function checkFile(gap: keyof typeof files, path: string): string | undefined {
  if (!existsSync(path)) return `There is no file "${path}"`;
  try {
    if (gap === "ca") readOneCertificate(path);
    else readFile(path);
    return undefined;
  } catch (error) {
    if (error instanceof MusterError) return error.message;
    throw error;
  }
}

const files = {
  ca: {
    message: "The CA that signs the devices' certificates: a file, PEM or DER",
    placeholder: "acme-ca.pem",
  },
  profile: {
    message: "The profile, which says how devices are named and what they may do: a YAML file",
    initialValue: "docs/guide/sensor.yaml",
  },
} as const satisfies Record<string, Question>;

async function askManufacturer(
  manufacturers: SetupState["manufacturers"],
  terminal: Terminal,
): Promise<SetupFlags | undefined> {
  const known = await askKnown(manufacturers, terminal);
  if (known === undefined) return undefined;
  if (known !== another) return { manufacturer: known };
  const manufacturer = await ask(terminal, {
    message: "Who makes the devices? An id for it: lower-case letters, digits, hyphens",
    placeholder: "acme",
    validate: (given = "") =>
      /^[a-z0-9][a-z0-9-]{0,62}$/.test(given) ? undefined : "1 to 63 of a-z, 0-9 and hyphens",
  });
  if (manufacturer === undefined) return undefined;
  const manufacturerName = await ask(terminal, { message: "Its name", initialValue: manufacturer });
  return manufacturerName === undefined ? undefined : { manufacturer, manufacturerName };
}

/** @returns an id, or `another`. */
async function askKnown(
  manufacturers: SetupState["manufacturers"],
  terminal: Terminal,
): Promise<string | undefined> {
  if (manufacturers.length === 0) return another;
  const chosen = await select({
    ...terminal,
    message: "Which manufacturer is this for?",
    options: [
      ...manufacturers.map(({ id, name }) => ({ value: id, label: `${id} (${name})` })),
      { value: another, label: "another one" },
    ],
  });
  return isCancel(chosen) ? undefined : chosen;
}

type Question = Omit<Parameters<typeof text>[0], keyof Terminal>;

async function ask(terminal: Terminal, question: Question): Promise<string | undefined> {
  const answer = await text({ ...terminal, ...question });
  return isCancel(answer) ? undefined : answer.trim();
}
